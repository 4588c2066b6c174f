// Files on their way into the library: dropped or chosen, sent one or two at a time, and what has become of each.
import { button, element } from "./elements.js";
import { plural } from "./documents-words.js";
import { openTab, questionBox } from "./gradio.js";
import { announce } from "./telling.js";

const ROWS = 100; // of files that are shown
const SENDING = 2; // files that are sent at once
const POLL = 500; // milliseconds between looks at what the server has done, while there is anything
const AGAIN = 3000; // milliseconds before a file is sent again for which there was no room
const ON_ITS_WAY = ["ready", "sending", "waiting", "adding"];
const FORGOTTEN = "the server does not know of it any more, for instance because it was started anew; add it again";

function duration(seconds) {
  if (seconds < 60) return `about ${Math.max(1, Math.round(seconds))} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

export class Uploads {
  files = []; // of this page: {name, file, state, sent, reason, id}
  sending = 0;

  /** Files of up to `largest` bytes; `added` is called when all that were on their way have arrived. */
  constructor(largest, added) {
    this.largest = largest;
    this.added = added;
    this.input = element("input", { type: "file", multiple: true, id: "upload-files", onchange: () => this.picked() });
    this.drop = element("label", { className: "drop", for: "upload-files" }, this.input,
      element("span", {}, element("b", {}, "Add documents"), " Drop files anywhere, or choose them. ",
        element("span", { className: "reads" }, `Plain text and Markdown, up to ${largest / 1e6} MB each`)));
    this.pace = element("p", { className: "pace" });
    this.bar = element("progress", { max: 1, value: 0, "aria-label": "Files added" });
    this.onward = button("Ask about your documents", toChat, { className: "onward quiet", hidden: true });
    this.lines = element("ul", { className: "uploads" });
    this.progress = element("section", { hidden: true, "aria-label": "Files being added" }, this.pace, this.bar, this.onward, this.lines);
  }

  picked() {
    this.send([...this.input.files].map((file) => ({ file, folder: false })));
    this.input.value = "";
  }

  send(picked) {
    if (!this.files.some((one) => ON_ITS_WAY.includes(one.state))) this.files = [];
    for (const { file, folder } of picked) {
      const reason = folder ? "it is a folder; drop its files" : file.size > this.largest
        ? `it has ${(file.size / 1e6).toFixed(1)} MB, and at most ${this.largest / 1e6} are read` : "";
      this.files.push({ name: file.name, file, state: reason ? "failed" : "ready", sent: 0, reason });
    }
    this.draw();
    this.sendNext();
  }

  sendNext() {
    while (this.sending < SENDING) {
      const upload = this.files.find((one) => one.state === "ready");
      if (!upload) return;
      this.sending++;
      upload.state = "sending";
      this.put(upload).finally(() => {
        this.sending--;
        this.sendNext();
        this.draw();
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
        this.draw();
      };
      request.onload = () => {
        this.answered(upload, request.status, request.responseText);
        done();
      };
      request.onerror = () => {
        Object.assign(upload, { state: "failed", reason: "it could not be sent; is the server running?", file: null });
        done();
      };
      request.send(upload.file);
    });
  }

  answered(upload, status, text) {
    let answer = {};
    try { answer = JSON.parse(text); } catch { answer = { error: text }; }
    if (status === 202) {
      Object.assign(upload, { id: answer.id, state: "waiting", file: null });
      this.watch();
    } else if (status === 429) {
      setTimeout(() => { upload.state = "ready"; this.sendNext(); }, AGAIN);
    } else {
      const reason = answer.error || answer.detail || `the server answered ${status}`;
      Object.assign(upload, { state: "failed", reason: String(reason).slice(0, 300), file: null });
    }
  }

  async watch() {
    if (this.watching) return;
    this.watching = true;
    while (this.files.some((one) => ["waiting", "adding", "sending"].includes(one.state))) {
      await new Promise((wait) => setTimeout(wait, POLL));
      const handed = this.files.filter((one) => ["waiting", "adding"].includes(one.state)); // before the server is asked
      try {
        const answer = await (await fetch("/api/uploads", { cache: "no-store" })).json();
        const known = new Map(answer.uploads.map((one) => [one.id, one]));
        for (const upload of handed) Object.assign(upload, known.get(upload.id) ?? { state: "failed", reason: FORGOTTEN }, { sent: 1 });
        this.draw(answer.pace);
      } catch {
        this.pace.textContent = "The server does not answer; trying again…";
      }
    }
    this.watching = false;
    this.draw();
    this.added();
  }

  draw(pace) {
    const ended = this.files.filter((one) => !ON_ITS_WAY.includes(one.state));
    const all = this.files.length;
    this.progress.hidden = !all;
    this.bar.max = Math.max(1, all);
    this.bar.value = ended.length;
    this.bar.hidden = ended.length === all;
    this.onward.hidden = ended.length < all || !ended.some((one) => one.state !== "failed");
    if (ended.length === all) {
      const counts = ["added", "updated", "unchanged", "failed"].map((state) => [state, ended.filter((one) => one.state === state).length]);
      const said = `${counts.filter(([, count]) => count).map(([state, count]) => `${count} ${state}`).join(", ")}.`;
      if (said !== this.pace.textContent) announce((this.pace.textContent = said));
    } else {
      const left = pace && pace.seconds_left !== null && pace.done ? duration(pace.seconds_left) : "";
      const rate = pace ? (pace.doing.match(/^[\d,.]+ chunks\/s/) || [""])[0] : "";
      this.pace.textContent = [`${ended.length} of ${plural(all, "file")}`, rate, left].filter(Boolean).join(" · ");
    }
    const order = { failed: 0, adding: 1, sending: 2, waiting: 3, ready: 4 };
    const first = [...this.files].sort((a, b) => (order[a.state] ?? 5) - (order[b.state] ?? 5)).slice(0, ROWS);
    this.lines.replaceChildren(...first.map(line));
    if (all > ROWS) this.lines.append(element("li", {}, `and ${plural(all - ROWS, "other")}`));
  }
}

function line(one) {
  const states = { ready: "waits", waiting: "waits", adding: "being added …", unchanged: "unchanged: it was there already" };
  const state = one.state === "sending" ? `being sent, ${Math.round(100 * one.sent)} %` : states[one.state] || one.state;
  return element("li", { className: one.state }, element("span", { className: "name", dir: "auto" }, one.name),
    element("span", { className: "state" }, one.reason ? `${state}: ${one.reason}` : state));
}

function toChat() {
  openTab("chat");
  requestAnimationFrame(() => questionBox()?.focus());
}

// Files may be dropped anywhere on the page.

function dragged(event) {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  document.body.classList.toggle("drops", event.type === "dragover");
  if (event.type !== "drop") return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const files = [...event.dataTransfer.files].map((file, at) => ({ file, folder: entries[at]?.isDirectory ?? false }));
  openTab("documents");
  whenBuilt((uploads) => uploads.send(files));
}

/** Gradio builds a tab when it is opened for the first time. */
function whenBuilt(then) {
  const uploads = document.querySelector("footnote-documents")?.uploads;
  if (uploads) then(uploads);
  else requestAnimationFrame(() => whenBuilt(then));
}

for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, dragged);
