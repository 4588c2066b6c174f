// When the documents are from, as bars of a day, a month or years, and the dates that somebody chooses among them. The server
// is told of these, and writes the dates that questions keep to over the question box, from where they are taken again.
import { button, element } from "./elements.js";
import { inWords, iso, lastDay, monthName, plural } from "./documents-words.js";
import { tellDates } from "./gradio.js";

const DAY = 86_400_000; // milliseconds

function byDay(first, last) {
  const found = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    found.push({ after: day, before: day, name: inWords(day) });
  }
  return found;
}

function byMonth(first, last) {
  const found = [];
  const end = +last.slice(0, 4) * 12 + +last.slice(5, 7);
  for (let at = +first.slice(0, 4) * 12 + +first.slice(5, 7) - 1; at < end; at++) {
    const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
    const before = iso(year, month, lastDay(year, month));
    found.push({ after: iso(year, month, 1), before, name: `${monthName(month)} ${year}` });
  }
  return found;
}

const byYears = (width) => (first, last) => {
  const found = [];
  for (let year = Math.floor(+first.slice(0, 4) / width) * width; year <= +last.slice(0, 4); year += width) {
    const name = width === 1 ? String(year) : `${year} to ${year + width - 1}`;
    found.push({ after: iso(Math.max(year, 1), 1, 1), before: iso(year + width - 1, 12, 31), name });
  }
  return found;
};

/** Bars of one width that hold every one of the days, which are in order; at most some sixty bars. */
function binned(days) {
  if (!days.length) return [];
  const [first, last] = [days[0], days[days.length - 1]];
  const span = (Date.parse(last) - Date.parse(first)) / DAY;
  const years = span / 365;
  const scale = span <= 60 ? byDay : years <= 5 ? byMonth : byYears(years <= 60 ? 1 : years <= 600 ? 10 : 100);
  const bins = scale(first, last).map((bin) => ({ ...bin, count: 0 }));
  let at = 0;
  for (const day of days) {
    while (day > bins[at].before) at++;
    bins[at].count++;
  }
  return bins;
}

export class Timeline {
  after = "";
  before = "";
  bins = [];

  /** `changed` is called whenever the dates are others. */
  constructor(changed) {
    this.changed = changed;
    this.bars = element("div", { className: "bars", role: "group", "aria-label": "Documents over time" });
    this.bars.addEventListener("keydown", (event) => this.barKey(event));
    this.ends = element("p", { className: "ends", "aria-hidden": "true" });
    [this.from, this.to] = [this.field(), this.field()];
    this.any = button("Any date", () => this.clear(), { className: "quiet", hidden: true });
    this.scope = element("p", { className: "scope" });
    const labels = [element("label", {}, "From ", this.from), element("label", {}, "to ", this.to)];
    this.element = element("section", { className: "timeline", hidden: true, "aria-label": "Timeline" }, this.bars, this.ends,
      element("div", { className: "dates" }, ...labels, this.any), this.scope);
  }

  field() {
    const field = element("input", { type: "date" });
    field.onchange = () => this.typed(field, false);
    field.onblur = () => this.typed(field, true);
    return field;
  }

  within(day) {
    if (!this.after && !this.before) return true;
    return day !== "" && (!this.after || day >= this.after) && (!this.before || day <= this.before);
  }

  show(documents) {
    const days = documents.map((one) => one.day).filter(Boolean).sort();
    this.bins = binned(days);
    const most = Math.max(1, ...this.bins.map((bin) => bin.count));
    const focused = [...this.bars.children].indexOf(document.activeElement);
    this.bars.replaceChildren(...this.bins.map((bin, at) => {
      const fill = element("span");
      fill.style.height = bin.count ? `${Math.max(4, (100 * bin.count) / most)}%` : "0";
      const name = `${bin.name}: ${plural(bin.count, "document")}`;
      const pressed = (event) => this.pick(at, event.shiftKey);
      const bar = button("", pressed, { title: name, "aria-label": name, tabIndex: at === Math.max(0, focused) ? 0 : -1 });
      bar.replaceChildren(fill);
      return bar;
    }));
    this.bars.children[focused]?.focus();
    this.bars.style.maxWidth = `${Math.max(6, this.bins.length * 5)}rem`;
    this.ends.style.maxWidth = `${Math.max(15, this.bins.length * 5)}rem`;
    this.element.hidden = !days.length;
    const undated = documents.length - days.length;
    const [first, last] = [this.bins[0]?.name ?? "", this.bins.length > 1 ? this.bins[this.bins.length - 1].name : ""];
    const ends = [first, undated ? `${undated.toLocaleString("en")} undated` : "", last];
    this.ends.replaceChildren(...ends.map((name) => element("span", {}, name)));
    this.draw();
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

  /** A field tells of each key that leaves a date in it: until it is `left`, 2022 was 0002, 0020 and 0202. */
  typed(field, left) {
    const [from, to] = [this.from.value, this.to.value];
    const contradicts = from && to && to < from;
    if (!left && (contradicts || (field.value && field.value < "1000"))) return;
    if (contradicts) this.choose(field === this.from ? from : "", field === this.to ? to : ""); // the other end is given up
    else this.choose(from, to);
  }

  choose(after, before) {
    if (this.differ(after, before)) this.asked = tellDates(after, before);
    this.set(after, before);
  }

  /** From now on keep to the dates that questions keep to, wherever they were chosen. */
  follow() {
    const shown = document.getElementById("only-dates");
    const take = () => this.take(shown.querySelector("[data-after]")?.dataset);
    new MutationObserver(take).observe(shown, { childList: true, subtree: true, attributes: true });
    take();
  }

  /** What was asked for here before the last choice is past. */
  take({ after = "", before = "", written = "" } = {}) {
    if (this.asked && written !== this.asked) return;
    this.asked = undefined;
    if (this.differ(after, before)) this.set(after, before);
  }

  differ(after, before) {
    return after !== this.after || before !== this.before;
  }

  set(after, before) {
    const differ = this.differ(after, before);
    [this.after, this.before] = [after, before];
    this.draw();
    if (differ) this.changed();
  }

  clear() {
    this.choose("", "");
    this.from.focus();
  }

  draw() {
    const any = !this.after && !this.before;
    if (this.from.value !== this.after) this.from.value = this.after;
    if (this.to.value !== this.before) this.to.value = this.before;
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
}
