// The wizard: opens what a choice needs, closes the tax panel, sends a form once.
(() => {
  "use strict";

  // Picking a customer in the type-ahead means "another customer".
  document.addEventListener("change", (event) => {
    const panel = event.target.closest("[data-panel]");
    if (!panel) return;
    const radio = document.querySelector(`input[name="choice"][data-opens="${panel.dataset.panel}"]`);
    if (radio && !radio.checked) radio.checked = true;
  }, true);

  // The panel of tax codes closes with its button, Escape, and a click beside it.
  function close(panel) {
    panel.open = false;
    panel.querySelector("summary").focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close-panel]");
    if (button) return close(button.closest("details"));
    for (const panel of document.querySelectorAll(".side-panel[open]")) {
      if (!panel.contains(event.target)) panel.open = false;
    }
    return undefined;
  });
  document.addEventListener("keydown", (event) => {
    const panel = document.querySelector(".side-panel[open]");
    if (event.key === "Escape" && panel) close(panel);
  });
  // A save redraws the lines; an open panel stays open.
  let wasOpen = false;
  document.addEventListener("htmx:beforeSwap", () => { wasOpen = Boolean(document.querySelector(".side-panel[open]")); });
  document.addEventListener("htmx:afterSettle", () => {
    const panel = document.querySelector(".side-panel");
    if (panel && wasOpen) panel.open = true;
  });

  // The list of quotes may arrive after the person has chosen, even before this file: the choice stands.
  const early = document.querySelector('input[name="source"]:checked');
  let source = early && !early.defaultChecked ? early.value : "";
  document.addEventListener("change", (event) => {
    if (event.target.name === "source") source = event.target.value;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const radios = [...document.querySelectorAll('input[name="source"]')];
    const chosen = source && radios.find((radio) => radio.value === source && !radio.disabled);
    if (chosen) chosen.checked = true;
  });

  // A due date being typed is not replaced by one that an answer on its way brings.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const id = event.detail.target?.id;
    if (id !== "id_due_date" && id !== "due_date_was") return;
    const due = document.getElementById("id_due_date");
    const was = document.getElementById("due_date_was");
    if (due?.value !== was?.value) event.detail.shouldSwap = false;
  });

  // One press is enough: a second one while the first is on its way changes nothing.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-once")) return;
    if (button.dataset.sent) event.preventDefault();
    button.dataset.sent = "yes";
    button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("[data-once]")) {
      delete button.dataset.sent;
      button.removeAttribute("aria-disabled");
    }
  });

  // Inside HubSpot the card's button has already said "Create invoice".
  const start = document.querySelector("form[data-start]");
  if (start && location.pathname.startsWith("/embed/")) start.requestSubmit();
})();
