// Lists: select all, the bulk bar with its count; selects and filters that apply at once.
(() => {
  "use strict";

  function count(list) {
    const boxes = [...list.querySelectorAll("input[data-select]")];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = list.querySelector("input[data-select-all]");
    if (all) {
      all.checked = boxes.length > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const bar = list.querySelector(".bulk-bar");
    if (bar) {
      bar.toggleAttribute("data-any", chosen > 0);
      const shown = bar.querySelector("[data-select-count]");
      if (shown) shown.textContent = String(chosen);
    }
  }

  document.addEventListener("change", (event) => {
    const list = event.target.closest?.("[data-listing], form[data-bulk]");
    if (!list) return;
    if (event.target.matches("input[data-select-all]")) {
      for (const box of list.querySelectorAll("input[data-select]")) box.checked = event.target.checked;
    }
    if (event.target.matches("input[data-select-all], input[data-select]")) count(list);
  });
})();
