// Menus close as people expect; links and forms with data-dialog open their page in a dialog.
(() => {
  "use strict";

  const texts = () => document.querySelector("template[data-texts]")?.dataset ?? {};

  window.dealbooks = {
    text: (name) => texts()[name] ?? "",
    toast(message) {
      const region = document.querySelector("[data-toasts]");
      if (!region || !message) return;
      const toast = document.createElement("div");
      toast.className = "toast";
      toast.textContent = message;
      region.append(toast);
      setTimeout(() => toast.remove(), 6000);
    },
  };

  // Menus and popovers: one open at a time, closed by a click outside or Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Questions: the page behind the link is shown in a dialog; its own form does the work.
  async function openDialog(url, opener) {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return location.assign(url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const body = page.querySelector("[data-dialog-body]");
    if (!body) return location.assign(url);
    const heading = body.querySelector("h1");
    const title = document.createElement("h2");
    title.id = "dialog-title";
    title.textContent = heading?.textContent ?? "";
    heading?.replaceWith(title);
    const form = body.querySelector("form");
    if (form && !form.hasAttribute("action")) form.action = url;
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "dialog-title");
    body.className = "dialog-body";
    dialog.append(document.adoptNode(body));
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
        event.preventDefault();
        dialog.close();
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener.focus();
    });
    dialog.showModal();
    return undefined;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-dialog]");
    if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openDialog(link.href, link).catch(() => location.assign(link.href));
  });

  // After a failed save the summary of problems is read out first; its links go to the fields.
  document.querySelector("[data-problems]")?.focus({ preventScroll: true });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-problems] a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    window.dealbooks.toast(window.dealbooks.text("copied"));
  });

  // The button that was pressed says that it works on it, and a second press does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    return undefined;
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    }
  });
})();
