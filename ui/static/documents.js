// The Documents tab: what the library holds, what is being added to it, and when its documents are from.
// Everything that is shown is set as text, never as HTML.
import { openTab, questionBox, tellDates } from "./gradio.js";

const ROWS = 100; // shown at first, and added by "Show more"
const SENDING = 2; // files that are sent at once
const POLL = 500; // milliseconds between looks at the uploads, while there are any
const AGAIN = 3000; // milliseconds before a file is sent again for which there was no room

/** An element with properties, attributes (those with a dash, and role) and children. */
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const dayOf = (document) => (document.date || "").slice(0, 10);

function inWords(day) {
  if (!day) return "undated";
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", options);
}

function duration(seconds) {
  if (seconds < 60) return `about ${Math.max(1, Math.round(seconds))} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

// The timeline: documents counted by day, month or year.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const pad = (number) => String(number).padStart(2, "0");
const iso = (year, month, day) => `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
const lastDay = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const BY_DAY = {
  bins(first, last) {
    const found = [];
    for (let at = Date.parse(first); at <= Date.parse(last); at += 86400000) {
      const day = new Date(at).toISOString().slice(0, 10);
      found.push({ after: day, before: day, name: inWords(day) });
    }
    return found;
  },
};
const BY_MONTH = {
  bins(first, last) {
    const found = [];
    const end = +last.slice(0, 4) * 12 + +last.slice(5, 7);
    for (let at = +first.slice(0, 4) * 12 + +first.slice(5, 7) - 1; at < end; at++) {
      const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
      const before = iso(year, month, lastDay(year, month));
      found.push({ after: iso(year, month, 1), before, name: `${MONTHS[month - 1]} ${year}` });
    }
    return found;
  },
};
const byYears = (width) => ({
  bins(first, last) {
    const found = [];
    for (let year = Math.floor(+first.slice(0, 4) / width) * width; year <= +last.slice(0, 4); year += width) {
      const name = width === 1 ? String(year) : `${year} to ${year + width - 1}`;
      found.push({ after: iso(Math.max(year, 1), 1, 1), before: iso(year + width - 1, 12, 31), name });
    }
    return found;
  },
});

/** Bars of one width that hold every day, at most some sixty of them. */
function binned(days) {
  if (!days.length) return [];
  const [first, last] = [days[0], days[days.length - 1]];
  const span = (Date.parse(last) - Date.parse(first)) / 86400000;
  const years = span / 365;
  const scale = span <= 60 ? BY_DAY : years <= 5 ? BY_MONTH : byYears(years <= 60 ? 1 : years <= 600 ? 10 : 100);
  const bins = scale.bins(first, last).map((bin) => ({ ...bin, count: 0 }));
  let at = 0;
  for (const day of days) {
    while (day > bins[at].before) at++;
    bins[at].count++;
  }
  return bins;
}

class Documents extends HTMLElement {
  documents = [];
  uploads = []; // of this page: {name, file, state, sent, reason, id}
  sending = 0;
  shown = ROWS;
  sort = { key: "date", down: true };
  after = "";
  before = "";

  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.build();
    this.followDates();
    new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && this.refresh()).observe(this);
    new MutationObserver(() => this.followDates()).observe(document.getElementById("only-dates"), { childList: true, subtree: true, attributes: true });
  }

  build() {
    this.input = h("input", { type: "file", multiple: true, id: "upload-files", onchange: () => this.picked() });
    this.drop = h("label", { className: "drop", for: "upload-files" }, this.input,
      h("span", {}, h("b", {}, "Add documents"), " Drop files anywhere, or choose them. ",
        h("span", { className: "reads" }, `Plain text and Markdown, up to ${this.getAttribute("largest")} MB each`)));
    this.pace = h("p", { className: "pace" });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "Files added" });
    this.onward = h("button", { type: "button", className: "onward", hidden: true, onclick: () => this.toChat() }, "Ask about your documents");
    this.sent = h("ul", { className: "uploads" });
    this.uploading = h("section", { hidden: true, "aria-label": "Files being added" }, this.pace, this.bar, this.onward, this.sent);
    this.bars = h("div", { className: "bars", role: "group", "aria-label": "Documents over time" });
    this.bars.addEventListener("keydown", (event) => this.barKey(event));
    this.ends = h("p", { className: "ends", "aria-hidden": "true" });
    this.from = h("input", { type: "date", onchange: () => this.choose(this.from.value, this.to.value) });
    this.to = h("input", { type: "date", onchange: () => this.choose(this.from.value, this.to.value) });
    this.any = h("button", { type: "button", className: "quiet", hidden: true, onclick: () => this.clear() }, "Any date");
    this.scope = h("p", { className: "scope" });
    this.timeline = h("section", { className: "timeline", hidden: true, "aria-label": "Timeline" }, this.bars, this.ends,
      h("div", { className: "dates" }, h("label", {}, "From ", this.from), h("label", {}, "to ", this.to), this.any), this.scope);
    this.search = h("input", { type: "search", placeholder: "Search titles, sources, files", "aria-label": "Search documents",
      oninput: () => this.narrowed() });
    this.source = h("select", { "aria-label": "Source", onchange: () => this.narrowed() });
    this.count = h("p", { className: "count", role: "status" });
    this.body = h("tbody");
    this.heads = [["title", "Title"], ["date", "Date"], ["source", "Source"], ["chunks", "Chunks"], ["added", "Added"]]
      .map(([key, name]) => h("th", { scope: "col", className: key, "data-key": key },
        h("button", { type: "button", onclick: () => this.sorted(key) }, name)));
    const removing = h("th", { scope: "col", className: "remove" }, h("span", { className: "footnote-unheard" }, "Remove"));
    this.table = h("table", {}, h("thead", {}, h("tr", {}, ...this.heads, removing)), this.body);
    this.more = h("button", { type: "button", className: "quiet", hidden: true, onclick: () => this.showMore() });
    this.said = h("p", { className: "footnote-unheard", role: "status" });
    this.dialog = h("dialog", { "aria-labelledby": "remove-title" });
    this.append(this.drop, this.uploading, this.timeline,
      h("div", { className: "narrow" }, this.search, this.source), this.count, this.table, this.more, this.said, this.dialog);
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
      one.day = dayOf(one);
      one.text = folded([one.title, one.source, one.author, one.day, ...one.locations].join(" "));
    }
    this.fillSources();
    this.drawTimeline();
    this.draw();
  }

  fillSources() {
    const chosen = this.source.value;
    const names = [...new Set(this.documents.map((one) => one.source).filter(Boolean))].sort((a, b) => a.localeCompare(b));
    this.source.replaceChildren(h("option", { value: "" }, "All sources"), ...names.map((name) => h("option", { value: name }, name)));
    this.source.value = names.includes(chosen) ? chosen : "";
    this.source.hidden = names.length < 2;
  }

  chosen() {
    const words = folded(this.search.value).split(/\s+/).filter(Boolean);
    const found = this.documents.filter((one) =>
      words.every((word) => one.text.includes(word)) && (!this.source.value || one.source === this.source.value) &&
      this.within(one.day));
    const value = (one) => (this.sort.key === "date" ? one.day : this.sort.key === "chunks" ? one.chunks : one[this.sort.key] || "");
    const order = this.sort.down ? -1 : 1;
    const compared = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
    return found.sort((a, b) => (value(a) === "") - (value(b) === "") || order * compared(value(a), value(b)));
  }

  within(day) {
    if (!this.after && !this.before) return true;
    return day !== "" && (!this.after || day >= this.after) && (!this.before || day <= this.before);
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
    const link = h("a", { href: `/source/${encodeURIComponent(one.id)}`, target: "_blank", rel: "noopener", dir: "auto" }, one.title);
    return h("tr", {},
      h("td", { className: "title" }, link, h("span", { className: "facts" }, facts), h("span", { className: "where", dir: "auto" }, where)),
      h("td", { className: "date" }, inWords(one.day)), h("td", { className: "source", dir: "auto" }, one.source),
      h("td", { className: "chunks" }, chunks), h("td", { className: "added" }, inWords(one.added.slice(0, 10))),
      h("td", { className: "remove" }, h("button", { type: "button", className: "quiet", "aria-label": `Remove ${one.title}`,
        onclick: (event) => this.ask(one, event.currentTarget) }, "Remove")));
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

  ask(one, button) {
    const failed = h("p", { className: "failed", role: "alert" });
    const keep = h("button", { type: "button", onclick: () => this.dialog.close() }, "Keep it");
    const remove = h("button", { type: "button", className: "danger" }, "Remove");
    remove.onclick = async () => {
      remove.disabled = true;
      remove.textContent = "Removing…";
      try {
        const answer = await fetch(`/api/documents/${encodeURIComponent(one.id)}`, { method: "DELETE" });
        if (!answer.ok && answer.status !== 404) throw new Error((await answer.text()).slice(0, 200));
        this.dialog.close();
        this.said.textContent = `${one.title} was removed.`;
        await this.refresh();
      } catch (error) {
        failed.textContent = `It was not removed: ${error.message}`;
        remove.disabled = false;
        remove.textContent = "Remove";
      }
    };
    const uploaded = one.locations.some((location) => location.startsWith("uploads/"));
    this.dialog.replaceChildren(h("h3", { id: "remove-title" }, "Remove this document?"), h("p", { dir: "auto" }, one.title),
      h("p", { className: "hint" }, uploaded ? "It will be in no further answer, and its file is deleted."
        : "It will be in no further answer. Its file stays where it is."),
      failed, h("div", { className: "buttons" }, keep, remove));
    this.dialog.onclose = () => (button.isConnected ? button : this.search).focus();
    this.dialog.showModal();
    keep.focus();
  }

  // Dates

  drawTimeline() {
    const days = this.documents.map((one) => one.day).filter(Boolean).sort();
    this.bins = binned(days);
    const most = Math.max(1, ...this.bins.map((bin) => bin.count));
    const focused = this.bars.contains(document.activeElement) ? [...this.bars.children].indexOf(document.activeElement) : -1;
    this.bars.replaceChildren(...this.bins.map((bin, at) => {
      const fill = h("span");
      fill.style.height = bin.count ? `${Math.max(4, (100 * bin.count) / most)}%` : "0";
      const bar = h("button", { type: "button", title: `${bin.name}: ${plural(bin.count, "document")}`,
        "aria-label": `${bin.name}: ${plural(bin.count, "document")}`, tabIndex: at === Math.max(0, focused) ? 0 : -1 }, fill);
      bar.onclick = (event) => this.pick(at, event.shiftKey);
      return bar;
    }));
    this.bars.style.maxWidth = this.ends.style.maxWidth = `${Math.max(3, this.bins.length) * 5}rem`;
    const undated = this.documents.length - days.length;
    this.timeline.hidden = !days.length;
    if (days.length) {
      this.ends.replaceChildren(h("span", {}, this.bins[0].name), h("span", {}, undated ? `${undated.toLocaleString("en")} undated` : ""),
        h("span", {}, this.bins.length > 1 ? this.bins[this.bins.length - 1].name : ""));
    }
    this.drawChoice();
  }

  pick(at, extend) {
    const bin = this.bins[at];
    if (!extend && this.after === bin.after && this.before === bin.before) return this.choose("", "");
    if (!extend || !this.after || !this.before) return this.choose(bin.after, bin.before);
    return this.choose(bin.after < this.after ? bin.after : this.after, bin.before > this.before ? bin.before : this.before);
  }

  barKey(event) {
    const bars = [...this.bars.children];
    const at = bars.indexOf(event.target);
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 };
    const to = bars[steps[event.key]];
    if (!to) return;
    event.preventDefault();
    bars[at].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    if (event.shiftKey) this.pick(steps[event.key], true);
  }

  choose(after, before) {
    [this.after, this.before] = after && before && before < after ? [before, after] : [after, before];
    this.narrowed();
    this.drawChoice();
    this.asked = tellDates(this.after, this.before);
  }

  /** The dates that questions keep to, wherever they were chosen; what was asked for here before the last choice is past. */
  followDates() {
    const { after = "", before = "", written = "" } = document.querySelector("#only-dates [data-after]")?.dataset ?? {};
    if (this.asked && written !== this.asked) return;
    this.asked = undefined;
    if (after === this.after && before === this.before) return;
    [this.after, this.before] = [after, before];
    this.narrowed();
    this.drawChoice();
  }

  clear() {
    this.choose("", "");
    this.from.focus();
  }

  drawChoice() {
    const any = !this.after && !this.before;
    [this.from.value, this.to.value] = [this.after, this.before];
    this.any.hidden = any;
    this.scope.textContent = any ? "Choose dates to list only their documents, and to answer questions only from them."
      : "Questions are answered only from documents of these dates.";
    [...this.bars.children].forEach((bar, at) => {
      const bin = this.bins[at];
      const inside = any || ((!this.after || bin.before >= this.after) && (!this.before || bin.after <= this.before));
      bar.classList.toggle("outside", !inside);
      bar.setAttribute("aria-pressed", String(!any && inside));
    });
  }

  // Uploads

  toChat() {
    openTab("chat");
    requestAnimationFrame(() => questionBox()?.focus());
  }

  picked() {
    this.send([...this.input.files].map((file) => ({ file, folder: false })));
    this.input.value = "";
  }

  send(picked) {
    const largest = Number(this.getAttribute("largest")) * 1e6;
    if (!this.uploads.some((one) => ["ready", "sending", "waiting", "adding"].includes(one.state))) this.uploads = [];
    for (const { file, folder } of picked) {
      const upload = { name: file.name, file, state: "ready", sent: 0, reason: "" };
      if (folder) Object.assign(upload, { state: "failed", reason: "it is a folder; drop its files" });
      else if (file.size > largest) {
        const reason = `it has ${(file.size / 1e6).toFixed(1)} MB, and at most ${largest / 1e6} are read`;
        Object.assign(upload, { state: "failed", reason });
      }
      this.uploads.push(upload);
    }
    this.drawUploads();
    this.sendNext();
  }

  sendNext() {
    while (this.sending < SENDING) {
      const upload = this.uploads.find((one) => one.state === "ready");
      if (!upload) return;
      this.sending++;
      upload.state = "sending";
      this.put(upload).finally(() => {
        this.sending--;
        this.sendNext();
        this.drawUploads();
      });
    }
  }

  /** One file as the body of a PUT; XMLHttpRequest, because only it tells how much has been sent. */
  put(upload) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("PUT", `/api/uploads/${encodeURIComponent(upload.name)}`);
      request.upload.onprogress = (event) => {
        upload.sent = event.loaded / Math.max(1, event.total);
        this.drawUploads();
      };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { answer = { error: request.responseText }; }
        if (request.status === 202) {
          Object.assign(upload, { id: answer.id, state: "waiting", file: null });
          this.watch();
        } else if (request.status === 429) {
          setTimeout(() => { upload.state = "ready"; this.sendNext(); }, AGAIN);
        } else {
          const reason = answer.error || answer.detail || `the server answered ${request.status}`;
          Object.assign(upload, { state: "failed", reason: String(reason).slice(0, 300), file: null });
        }
        done();
      };
      request.onerror = () => {
        Object.assign(upload, { state: "failed", reason: "it could not be sent; is the server running?", file: null });
        done();
      };
      request.send(upload.file);
    });
  }

  async watch() {
    if (this.watching) return;
    this.watching = true;
    while (this.uploads.some((one) => one.state === "waiting" || one.state === "adding" || one.state === "sending")) {
      await new Promise((wait) => setTimeout(wait, POLL));
      try {
        const answer = await (await fetch("/api/uploads", { cache: "no-store" })).json();
        const known = new Map(answer.uploads.map((one) => [one.id, one]));
        for (const upload of this.uploads) if (known.has(upload.id)) Object.assign(upload, known.get(upload.id), { sent: 1 });
        this.drawUploads(answer.pace);
      } catch {
        this.pace.textContent = "The server does not answer; trying again…";
      }
    }
    this.watching = false;
    this.drawUploads();
    await this.refresh();
  }

  drawUploads(pace) {
    const ended = this.uploads.filter((one) => !["ready", "sending", "waiting", "adding"].includes(one.state));
    const all = this.uploads.length;
    this.uploading.hidden = !all;
    this.bar.max = Math.max(1, all);
    this.bar.value = ended.length;
    this.bar.hidden = ended.length === all;
    this.onward.hidden = ended.length < all || !ended.some((one) => one.state !== "failed");
    if (ended.length === all) {
      const counts = ["added", "updated", "unchanged", "failed"].map((state) => [state, ended.filter((one) => one.state === state).length]);
      this.pace.textContent = `${counts.filter(([, count]) => count).map(([state, count]) => `${count} ${state}`).join(", ")}.`;
      if (this.said.textContent !== this.pace.textContent) this.said.textContent = this.pace.textContent;
    } else {
      const left = pace && pace.seconds_left !== null && pace.done ? duration(pace.seconds_left) : "";
      const rate = pace ? (pace.doing.match(/^[\d,.]+ chunks\/s/) || [""])[0] : "";
      this.pace.textContent = [`${ended.length} of ${plural(all, "file")}`, rate, left].filter(Boolean).join(" · ");
    }
    const order = { failed: 0, adding: 1, sending: 2, waiting: 3, ready: 4 };
    const lines = [...this.uploads].sort((a, b) => (order[a.state] ?? 5) - (order[b.state] ?? 5)).slice(0, ROWS);
    this.sent.replaceChildren(...lines.map((one) => this.uploadLine(one)));
    if (all > ROWS) this.sent.append(h("li", {}, `and ${plural(all - ROWS, "other")}`));
  }

  uploadLine(one) {
    const states = { ready: "waits", waiting: "waits", adding: "being added …", unchanged: "unchanged: it was there already" };
    const state = one.state === "sending" ? `being sent, ${Math.round(100 * one.sent)} %` : states[one.state] || one.state;
    return h("li", { className: one.state }, h("span", { className: "name", dir: "auto" }, one.name),
      h("span", { className: "state" }, one.reason ? `${state}: ${one.reason}` : state));
  }
}

customElements.define("footnote-documents", Documents);

// Files may be dropped anywhere on the page.

function dragged(event) {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  document.body.classList.toggle("drops", event.type === "dragover");
  if (event.type !== "drop") return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const files = [...event.dataTransfer.files].map((file, at) => ({ file, folder: entries[at]?.isDirectory ?? false }));
  openTab("documents");
  whenBuilt((element) => element.send(files));
}

/** Gradio builds a tab when it is opened for the first time. */
function whenBuilt(then) {
  const element = document.querySelector("footnote-documents");
  if (element?.built) then(element);
  else requestAnimationFrame(() => whenBuilt(then));
}

for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, dragged);
