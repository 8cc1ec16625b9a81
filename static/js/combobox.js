// Type-ahead pickers, after the ARIA combobox pattern: arrows, Home, End, Enter, Escape.
(() => {
  "use strict";

  class Combobox {
    constructor(box) {
      this.box = box;
      this.input = box.querySelector("[data-combobox-input]");
      this.list = box.querySelector("[data-combobox-list]");
      this.value = box.querySelector("[data-combobox-value]");
      this.chosenText = this.value.value ? this.input.value : "";
      this.active = -1;
      this.asked = 0;
      this.prepare();
    }

    prepare() {
      const { input, list } = this;
      const attributes = {
        role: "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": list.id,
        "aria-haspopup": "listbox",
      };
      for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
      input.addEventListener("input", (event) => {
        event.stopPropagation(); // letters of a search are not yet an answer to save
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.search(), 150);
      });
      input.addEventListener("change", (event) => event.stopPropagation());
      input.addEventListener("click", () => this.isOpen || this.search());
      input.addEventListener("keydown", (event) => this.onKey(event));
      input.addEventListener("blur", () => this.leave());
      list.addEventListener("mousedown", (event) => {
        event.preventDefault(); // the input keeps the focus
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
    }

    get isOpen() {
      return !this.list.hidden;
    }

    get options() {
      return [...this.list.querySelectorAll("[role=option]")];
    }

    async search() {
      const query = this.input.value.trim() === this.chosenText ? "" : this.input.value.trim();
      if (query.length < Number(this.box.dataset.minimum)) return this.close();
      const mine = ++this.asked;
      const url = new URL(this.box.dataset.url, location.href);
      url.searchParams.set("q", query);
      this.box.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
        const html = answer.ok ? await answer.text() : null;
        if (mine === this.asked) this.show(html);
      } catch {
        if (mine === this.asked) this.show(null);
      } finally {
        this.box.removeAttribute("aria-busy");
      }
      return undefined;
    }

    show(html) {
      if (html === null) {
        const hint = document.createElement("div");
        hint.className = "combobox-hint";
        hint.textContent = window.dealbooks.text("noAnswer");
        this.list.replaceChildren(hint);
      } else {
        const parsed = new DOMParser().parseFromString(html, "text/html");
        this.list.replaceChildren(...parsed.body.children);
      }
      this.options.forEach((option, index) => {
        option.id = `${this.list.id}_${index}`;
        option.setAttribute("aria-selected", "false");
      });
      this.active = -1;
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.mark(this.input.value.trim() && this.options.length ? 0 : -1);
    }

    mark(index) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = index;
      const option = this.options[index];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      return this.input.setAttribute("aria-activedescendant", option.id);
    }

    onKey(event) {
      const last = this.options.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!this.isOpen) return void this.search();
        const down = event.key === "ArrowDown";
        return this.mark(down ? (this.active >= last ? 0 : this.active + 1) : this.active <= 0 ? last : this.active - 1);
      }
      if (event.key === "Escape" && (this.isOpen || this.input.value !== this.chosenText)) {
        event.preventDefault();
        event.stopPropagation();
        this.forgetQuestion();
        this.input.value = this.chosenText;
        return this.close();
      }
      if (!this.isOpen) return undefined;
      if (event.key === "Home" || event.key === "End") {
        event.preventDefault();
        return this.mark(event.key === "Home" ? 0 : last);
      }
      if (event.key === "Enter" && this.options[this.active]) {
        event.preventDefault();
        return this.choose(this.options[this.active]);
      }
      return undefined;
    }

    // Neither a waiting nor a late answer may open the list again.
    forgetQuestion() {
      clearTimeout(this.timer);
      this.asked += 1;
    }

    choose(option) {
      this.chosenText = option.dataset.label;
      this.input.value = this.chosenText;
      this.close();
      if (this.value.value === option.dataset.value) return;
      this.value.value = option.dataset.value;
      this.value.dispatchEvent(new Event("change", { bubbles: true }));
    }

    leave() {
      this.forgetQuestion();
      if (this.input.value.trim() === "" && this.value.value !== "") {
        this.chosenText = "";
        this.value.value = "";
        this.value.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (this.value.value !== "") {
        this.input.value = this.chosenText;
      }
      this.close();
    }

    close() {
      this.list.hidden = true;
      this.active = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  function prepareAll(root) {
    for (const box of root.querySelectorAll("[data-combobox]:not([data-ready])")) {
      box.dataset.ready = "yes";
      new Combobox(box);
    }
  }
  prepareAll(document);
  document.addEventListener("htmx:afterSettle", () => prepareAll(document));
})();
