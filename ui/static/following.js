// What the server shows of a conversation: it is kept in view while it grows, and what happens is said aloud. A question
// that gets no answer, or that was not yet asked, is given back to its box.
import { arrangeList } from "./chat-list.js";
import { giveBack, questionBox } from "./gradio.js";
import { closeSource } from "./source-view.js";
import { announce } from "./telling.js";

const NEAR = 40; // pixels from its end: whoever is nearer follows what is being written
const REGIONS = { side: "Chats and settings", talk: "Conversation", sources: "Sources" };
const BUTTONS = { "submit-button": "Ask", "stop-button": "Stop" };

const find = (selector) => document.querySelector(selector);
const questionOf = (turn) => turn.querySelector(".question")?.textContent;
let asked = null; // the question that is being answered
let answered = ""; // the id of the answer that was shown last
let doing = "";
let atEnd = true;
let followedTo = 0; // where the end was when it was last followed

function follow() {
  const turn = find("#current .turn");
  if (turn?.getAttribute("aria-busy") === "true") {
    grow(turn);
    return;
  }
  if (turn && asked !== null && questionOf(turn) === asked) finish(turn);
  else if (turn?.dataset.answer && turn.dataset.answer !== answered) turn.scrollIntoView(); // a chat was opened
  asked = null;
  answered = turn?.dataset.answer ?? "";
}

function grow(turn) {
  if (asked === null) {
    closeSource();
    atEnd = true;
    followedTo = 0;
    doing = "";
  }
  asked = questionOf(turn);
  const now = turn.querySelector(".footnote-doing").textContent;
  if (now !== doing) announce((doing = now));
  const talk = find("#talk");
  atEnd = atEnd && (talk.scrollTop >= followedTo - NEAR || isAtEnd(talk)); // a scroll is told of with the next frame
  if (!atEnd) return;
  talk.scrollTop = talk.scrollHeight;
  followedTo = talk.scrollTop;
}

function isAtEnd(talk) {
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < NEAR;
}

function finish(turn) {
  giveBack(turn.dataset.unanswered);
  if (atEnd) turn.scrollIntoView({ block: turn.offsetHeight > find("#talk").clientHeight ? "start" : "nearest" });
  const answer = turn.querySelector(".footnote-answer");
  const citations = answer?.querySelectorAll(".footnote-mark").length;
  if (answer?.querySelector(".refusal")) announce("Finished: the documents do not answer this question");
  else if (answer) announce(`Answer finished, with ${citations} ${citations === 1 ? "citation" : "citations"}`);
  else announce(turn.querySelector(".footnote-stopped")?.textContent ?? ""); // an error is an alert, and speaks itself
}

function remember() {
  arrangeList();
  const opened = find("nav.chats")?.dataset.opened;
  if (opened === undefined) return; // the address still says which chat is to be shown
  const address = new URL(location.href);
  if ((address.searchParams.get("chat") ?? "") === opened) return;
  if (opened) address.searchParams.set("chat", opened);
  else address.searchParams.delete("chat");
  history.replaceState(history.state, "", address);
}

// What was being written outlives a page that is loaded again, as it is by itself where the server was started again.
function keepDraft() {
  giveBack(sessionStorage.getItem("question"));
  addEventListener("pagehide", () => sessionStorage.setItem("question", questionBox().value));
}

function nameButtons() {
  for (const [name, words] of Object.entries(BUTTONS)) find(`#question .${name}`)?.setAttribute("aria-label", words);
}

function begin() {
  if (!["#current", "#chats", "#question textarea", "#side", "#talk", "#sources"].every(find)) {
    requestAnimationFrame(begin); // Gradio builds its page in the browser
    return;
  }
  for (const [id, words] of Object.entries(REGIONS)) {
    const region = find(`#${id}`);
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", words);
    region.tabIndex = -1; // where the focus goes when what had it is gone
  }
  const talk = find("#talk");
  talk.addEventListener("scroll", () => (atEnd = isAtEnd(talk)));
  const watched = { childList: true, subtree: true };
  new MutationObserver(follow).observe(find("#current"), watched);
  new MutationObserver(remember).observe(find("#chats"), { ...watched, attributes: true, attributeFilter: ["data-opened"] });
  new MutationObserver(nameButtons).observe(find("#question"), watched);
  nameButtons();
  keepDraft();
}
begin();
