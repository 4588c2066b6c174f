// The Documents tab: what the library holds, listed, searched and removed, below what is being added to it and when the
// documents are from. Everything that is shown is set as text, never as HTML.
import { button, element } from "./elements.js";
import { Timeline } from "./documents-timeline.js";
import { Uploads } from "./documents-uploads.js";
import { inWords, plural } from "./documents-words.js";
import { announce } from "./telling.js";

const ROWS = 100; // shown at first; "Show more" adds five times as many

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class Documents extends HTMLElement {
  documents = [];
  shown = ROWS;
  sort = { key: "date", down: true };

  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.build();
    this.timeline.follow();
    new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && this.refresh()).observe(this);
  }

  build() {
    this.uploads = new Uploads(Number(this.getAttribute("largest")) * 1e6, () => this.refresh());
    const narrowed = () => this.narrowed();
    this.timeline = new Timeline(narrowed);
    const placeholder = "Search titles, sources, files";
    this.search = element("input", { type: "search", placeholder, "aria-label": "Search documents", oninput: narrowed });
    this.source = element("select", { "aria-label": "Source", onchange: narrowed });
    this.count = element("p", { className: "count", role: "status" });
    this.body = element("tbody");
    this.heads = [["title", "Title"], ["date", "Date"], ["source", "Source"], ["chunks", "Chunks"], ["added", "Added"]]
      .map(([key, name]) => element("th", { scope: "col", className: key, "data-key": key }, button(name, () => this.sorted(key))));
    const removing = element("th", { scope: "col", className: "remove" }, element("span", { className: "footnote-unheard" }, "Remove"));
    this.table = element("table", {}, element("thead", {}, element("tr", {}, ...this.heads, removing)), this.body);
    this.more = button("", () => this.showMore(), { className: "quiet", hidden: true });
    this.dialog = element("dialog", { "aria-labelledby": "remove-title" });
    this.append(this.uploads.drop, this.uploads.progress, this.timeline.element,
      element("div", { className: "narrow" }, this.search, this.source), this.count, this.table, this.more, this.dialog);
  }

  // The list

  async refresh() {
    try {
      const answer = await fetch("/api/documents", { cache: "no-store" });
      if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
      this.documents = await answer.json();
    } catch (error) {
      this.count.textContent = `The list of documents cannot be had (${error.message}).`;
      return;
    }
    for (const one of this.documents) {
      one.day = (one.date || "").slice(0, 10);
      one.text = folded([one.title, one.source, one.author, one.day, ...one.locations].join(" "));
    }
    this.fillSources();
    this.timeline.show(this.documents);
    this.draw();
  }

  fillSources() {
    const chosen = this.source.value;
    const names = [...new Set(this.documents.map((one) => one.source).filter(Boolean))].sort((a, b) => a.localeCompare(b));
    this.source.replaceChildren(element("option", { value: "" }, "All sources"), ...names.map((name) => element("option", { value: name }, name)));
    this.source.value = names.includes(chosen) ? chosen : "";
    this.source.hidden = names.length < 2;
  }

  chosen() {
    const words = folded(this.search.value).split(/\s+/).filter(Boolean);
    const found = this.documents.filter((one) =>
      words.every((word) => one.text.includes(word)) && (!this.source.value || one.source === this.source.value) &&
      this.timeline.within(one.day));
    const value = (one) => (this.sort.key === "date" ? one.day : this.sort.key === "chunks" ? one.chunks : one[this.sort.key] || "");
    const order = this.sort.down ? -1 : 1;
    const compared = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
    return found.sort((a, b) => (value(a) === "") - (value(b) === "") || order * compared(value(a), value(b)));
  }

  draw() {
    const found = this.chosen();
    this.body.replaceChildren(...found.slice(0, this.shown).map((one) => this.row(one)));
    for (const head of this.heads) {
      const sorted = head.dataset.key === this.sort.key;
      if (sorted) head.setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    const all = this.documents.length;
    this.count.textContent = !all ? "The library is empty. Add a document to ask questions about it."
      : found.length === all ? plural(all, "document") : `${found.length.toLocaleString("en")} of ${plural(all, "document")}`;
    this.table.hidden = !found.length;
    this.more.hidden = found.length <= this.shown;
    this.more.textContent = `Show more (${(found.length - this.shown).toLocaleString("en")} left)`;
  }

  row(one) {
    const chunks = one.chunks.toLocaleString("en");
    const facts = [inWords(one.day), one.source, plural(one.chunks, "chunk")].filter(Boolean).join(" · ");
    const where = one.locations.join(", ");
    const link = element("a", { href: `/source/${encodeURIComponent(one.id)}`, target: "_blank", rel: "noopener", dir: "auto" }, one.title);
    const remove = button("Remove", () => this.ask(one, remove), { className: "quiet", "aria-label": `Remove ${one.title}` });
    return element("tr", {},
      element("td", { className: "title" }, link, element("span", { className: "facts" }, facts),
        element("span", { className: "where", dir: "auto" }, where)),
      element("td", { className: "date" }, inWords(one.day)), element("td", { className: "source", dir: "auto" }, one.source),
      element("td", { className: "chunks" }, chunks), element("td", { className: "added" }, inWords(one.added.slice(0, 10))),
      element("td", { className: "remove" }, remove));
  }

  narrowed() {
    this.shown = ROWS;
    this.draw();
  }

  sorted(key) {
    this.sort = { key, down: this.sort.key === key ? !this.sort.down : key !== "title" && key !== "source" };
    this.draw();
  }

  showMore() {
    const first = this.shown;
    this.shown += ROWS * 5;
    this.draw();
    this.body.rows[first]?.querySelector("a").focus();
  }

  // Removing

  ask(one, pressed) {
    const failed = element("p", { className: "failed", role: "alert" });
    const keep = button("Keep it", () => this.dialog.close());
    const remove = button("Remove", () => this.forget(one, remove, failed), { className: "danger" });
    const uploaded = one.locations.some((location) => location.startsWith("uploads/"));
    this.dialog.replaceChildren(element("h3", { id: "remove-title" }, "Remove this document?"), element("p", { dir: "auto" }, one.title),
      element("p", { className: "hint" }, uploaded ? "It will be in no further answer, and its file is deleted."
        : "It will be in no further answer. Its file stays where it is."),
      failed, element("div", { className: "buttons" }, keep, remove));
    const place = pressed.closest("tr").rowIndex - 1;
    const next = () => this.body.rows[place]?.querySelector("button") ?? this.search;
    this.dialog.onclose = () => (pressed.isConnected ? pressed : next()).focus();
    this.dialog.showModal();
    keep.focus();
  }

  async forget(one, pressed, failed) {
    pressed.disabled = true;
    pressed.textContent = "Removing…";
    try {
      const answer = await fetch(`/api/documents/${encodeURIComponent(one.id)}`, { method: "DELETE" });
      if (!answer.ok && answer.status !== 404) throw new Error((await answer.text()).slice(0, 200));
      await this.refresh();
      this.dialog.close(); // now that the focus finds what there still is
      announce(`${one.title} was removed.`);
    } catch (error) {
      failed.textContent = `It was not removed: ${error.message}`;
      pressed.disabled = false;
      pressed.textContent = "Remove";
    }
  }
}

customElements.define("footnote-documents", Documents);
