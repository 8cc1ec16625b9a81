// Forms with data-autosave (an htmx form): says "Saving…", "Saved", tries again after a failure,
// and keeps what was typed in this tab until the server has it, also across a sign-in: a session
// that ended answers with the sign-in page, which is no answer of the form's.
(() => {
  "use strict";
  const RETRY = 5000;
  const SIGN_IN = "/accounts/login/";
  const SENT = "dealbooks:sent";

  // A form that was sent is stored once any page but the sign-in page has followed it.
  try {
    const sent = sessionStorage.getItem(SENT);
    if (sent && !location.pathname.startsWith(SIGN_IN)) sessionStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  } catch {
    // No storage in this frame.
  }

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const key = `dealbooks:${form.dataset.autosave || location.pathname}`;
  const state = document.querySelector("[data-save-state]");
  let timer;

  function say(name, text) {
    if (!state) return;
    state.dataset.state = name;
    state.textContent = window.dealbooks.text(text);
  }

  function typed() {
    const values = [];
    for (const element of form.elements) {
      if (!element.name || ["hidden", "submit", "button", "file", "password"].includes(element.type)) continue;
      if (["checkbox", "radio"].includes(element.type)) values.push([element.name, element.value, element.checked]);
      else values.push([element.name, element.value]);
    }
    return values;
  }

  function keep() {
    try {
      sessionStorage.setItem(key, JSON.stringify(typed()));
    } catch {
      // No storage in this frame: the server's copy is the only one.
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // As above.
    }
  }

  function send() {
    keep();
    try {
      sessionStorage.setItem(SENT, key);
    } catch {
      // As above.
    }
  }

  function isSignedOut(xhr) {
    return Boolean(xhr) && (xhr.status === 401 || new URL(xhr.responseURL, location.href).pathname.startsWith(SIGN_IN));
  }

  function putBack() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    } catch {
      return;
    }
    if (!kept) return;
    let changed = false;
    for (const [name, value, checked] of kept) {
      const named = [...form.elements].filter((element) => element.name === name);
      const element = checked === undefined ? named[0] : named.find((each) => each.value === value);
      if (!element) continue;
      if (checked === undefined ? element.value !== value : element.checked !== checked) {
        changed = true;
        if (checked === undefined) element.value = value;
        else element.checked = checked;
      }
    }
    if (changed) {
      window.dealbooks.toast(window.dealbooks.text("restored"));
      form.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      forget();
    }
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  // htmx adds the button that has the focus: tabbing on from a price to Remove would remove the line.
  form.addEventListener("htmx:configRequest", (event) => {
    if (event.target !== form) return;
    for (const button of form.querySelectorAll("button[name]")) delete event.detail.parameters[button.name];
  });
  form.addEventListener("htmx:beforeRequest", (event) => event.target === form && say("saving", "saving"));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    clearTimeout(timer);
    if (isSignedOut(event.detail.xhr)) {
      keep();
      location.reload();
    } else if (event.detail.successful) {
      forget();
      say("saved", "saved");
    } else if (!event.detail.xhr || event.detail.xhr.status === 0 || event.detail.xhr.status >= 500) {
      say("failed", "notSaved");
      timer = setTimeout(() => form.dispatchEvent(new Event("change", { bubbles: true })), RETRY);
    }
  });
  form.addEventListener("submit", send);
  document.addEventListener("DOMContentLoaded", putBack);
})();
