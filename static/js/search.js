// Ctrl-K: the search page in a dialog, answered while typing. Without JavaScript it is a page.
(() => {
  "use strict";
  const opener = document.querySelector("[data-search-opener]");
  if (!opener) return;

  let dialog;
  let asked = 0;
  let timer;

  function build() {
    const box = document.createElement("dialog");
    box.className = "dialog-search";
    box.setAttribute("aria-label", opener.textContent.trim());
    const input = document.createElement("input");
    const results = document.createElement("div");
    input.type = "text";
    input.placeholder = opener.querySelector("span").textContent;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": "search-results", "aria-label": input.placeholder, autocomplete: "off", spellcheck: "false" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    results.id = "search-results";
    results.className = "search-results";
    results.setAttribute("role", "listbox");
    results.setAttribute("aria-label", input.placeholder);
    box.append(input, results);
    document.body.append(box);
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(input, results), 120);
    });
    input.addEventListener("keydown", (event) => onKey(event, input, results));
    box.addEventListener("click", (event) => event.target === box && box.close());
    return box;
  }

  async function ask(input, results) {
    const mine = ++asked;
    const url = new URL(opener.href);
    url.searchParams.set("q", input.value.trim());
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (mine !== asked) return;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      results.replaceChildren(...(answer.ok ? parsed.body.children : []));
    } catch {
      if (mine === asked) results.textContent = window.dealbooks.text("noAnswer");
    }
    hits(results).forEach((hit, index) => {
      hit.id = `search-hit-${index}`;
      hit.setAttribute("role", "option");
      hit.setAttribute("tabindex", "-1");
    });
    mark(input, results, 0);
  }

  const hits = (results) => [...results.querySelectorAll("a.search-hit")];
  const current = (results) => hits(results).findIndex((hit) => hit.getAttribute("aria-selected") === "true");

  function mark(input, results, index) {
    const all = hits(results);
    all.forEach((hit, place) => hit.setAttribute("aria-selected", String(place === index)));
    if (all[index]) {
      input.setAttribute("aria-activedescendant", all[index].id);
      all[index].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function onKey(event, input, results) {
    const last = hits(results).length - 1;
    const here = current(results);
    if (event.key === "ArrowDown") mark(input, results, here >= last ? 0 : here + 1);
    else if (event.key === "ArrowUp") mark(input, results, here <= 0 ? last : here - 1);
    else if (event.key === "Enter") hits(results)[here]?.click();
    else return;
    event.preventDefault();
  }

  function open() {
    dialog ??= build();
    if (dialog.open) return;
    dialog.showModal();
    const input = dialog.querySelector("input");
    input.select();
    ask(input, dialog.querySelector(".search-results"));
  }

  opener.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
})();
