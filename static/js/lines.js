// The products step: amounts while typing, lines dragged to another place, the focus kept.
// Everything here can also be done with the buttons of each line, without JavaScript.
(() => {
  "use strict";
  const form = document.getElementById("step-form");
  if (!form?.querySelector("#lines")) return;
  const PAUSE = 600;

  // Sums follow what is typed; the server works them out.
  let timer;
  form.addEventListener("input", (event) => {
    if (!event.target.matches(".input-money")) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.dispatchEvent(new Event("change", { bubbles: true })), PAUSE);
  });
  form.addEventListener("change", () => clearTimeout(timer));

  // A button that moves a line keeps the focus, so that it can be pressed again, even before the
  // page has settled. At the end of the list its line's other button takes over.
  let pressed = "";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    pressed = button ? button.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (!pressed || !isLost) return;
    const other = pressed.endsWith("-up") ? pressed.replace(/-up$/, "-down") : pressed.replace(/-down$/, "-up");
    (document.getElementById(pressed) ?? document.getElementById(other))?.focus();
  });

  // An answer that draws the lines anew takes away neither what is open nor what is being typed.
  // htmx gives the focus back by itself; what was typed since the request left is saved again.
  let open = [];
  let typing = null;
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target?.id !== "lines") return;
    open = [...form.querySelectorAll(".line-more[open]")].map((details) => details.id);
    const active = document.activeElement;
    const isText = active?.id && form.contains(active) && active.matches("textarea, input:not([type=hidden])");
    typing = isText ? { id: active.id, value: active.value } : null;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    const field = typing && document.getElementById(typing.id);
    if (field && field.value !== typing.value) {
      field.value = typing.value;
      clearTimeout(timer);
      timer = setTimeout(() => form.dispatchEvent(new Event("change", { bubbles: true })), PAUSE);
    }
    typing = null;
  });

  // New lines of words are typed at once.
  let known = new Set(keys());
  document.addEventListener("htmx:afterSettle", () => {
    const added = keys().filter((key) => !known.has(key));
    known = new Set(keys());
    if (added.length !== 1) return;
    const editor = document.getElementById(`line-${added[0]}`);
    if (editor?.querySelector(".line-words")) editor.querySelector("textarea").focus();
  });

  function keys() {
    return [...form.querySelectorAll("[data-line]:not([data-line-below])")].map((line) => line.dataset.line);
  }

  // Dragging by the handle.
  let dragged = null;
  function clear() {
    for (const line of form.querySelectorAll(".is-target, .is-target-below, .is-dragged")) {
      line.classList.remove("is-target", "is-target-below", "is-dragged");
    }
  }
  function isBelow(line, event) {
    const box = line.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  }
  form.addEventListener("dragstart", (event) => {
    const handle = event.target.closest?.("[data-line-handle]");
    if (!handle) return;
    dragged = handle.closest("[data-line]");
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.line);
    event.dataTransfer.setDragImage(dragged, 20, 20);
  });
  form.addEventListener("dragover", (event) => {
    const line = event.target.closest?.("[data-line]");
    if (!dragged || !line) return;
    event.preventDefault();
    const below = isBelow(line, event);
    clear();
    dragged.classList.add("is-dragged");
    if (line !== dragged) line.classList.add(below ? "is-target-below" : "is-target");
  });
  form.addEventListener("drop", (event) => {
    const line = event.target.closest?.("[data-line]");
    if (!dragged || !line) return;
    event.preventDefault();
    const moving = dragged.dataset.line;
    const rest = keys().filter((key) => key !== moving);
    const place = rest.indexOf(line.dataset.line);
    if (place >= 0) {
      rest.splice(place + (isBelow(line, event) ? 1 : 0), 0, moving);
      form.querySelector("[data-line-order]").value = rest.join(",");
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }
    clear();
    dragged = null;
  });
  form.addEventListener("dragend", () => {
    clear();
    dragged = null;
  });
})();
