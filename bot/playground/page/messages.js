// A chat's messages as bubbles. What did not change is not touched, so nothing jumps and the focus stays.

import { element } from "./elements.js";
import { isStartLink, richText, startLinkIn } from "./rich_text.js";
import { clockTime, day } from "./times.js";

const NEAR_THE_END = 60; // pixels

/** Keep the end of a log in view while the window changes, if it was. */
export function stayAtEnd(log) {
  let atEnd = true;
  const look = () => (atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END);
  log.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(() => {
    if (atEnd) log.scrollTop = log.scrollHeight;
  }).observe(log);
}

/**
 * Show messages in a log, oldest first.
 * `does`: say(command), open(link), press(message, button, element), enlarge(source, description).
 */
export function showMessages(log, messages, me, does) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
  const old = new Map([...log.children].map((node) => [node.dataset.key, node]));
  let before = null;
  for (const [key, state, make] of items(messages, me, does)) {
    const node = old.get(key) ?? element("div", { "data-key": key });
    old.delete(key);
    if (node.dataset.state !== state) refill(node, state, make);
    const place = before ? before.nextSibling : log.firstChild;
    if (node !== place) log.insertBefore(node, place);
    before = node;
  }
  for (const node of old.values()) leave(log, node);
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function* items(messages, me, does) {
  let shownDay = "";
  for (const message of messages) {
    const today = day(new Date(message.date * 1000));
    if (today !== shownDay) yield [`day ${today}`, today, () => ["day", [element("span", {}, today)]]];
    shownDay = today;
    yield [`message ${message.message_id}`, JSON.stringify(message), () => bubble(message, me, does)];
  }
}

/** Fill a node anew. If the focus was on one of its buttons, it stays on the button of that name, or on the first. */
function refill(node, state, make) {
  const held = node.contains(document.activeElement) ? document.activeElement : null;
  const label = held?.closest(".keys") ? held.textContent : null;
  const [kind, children] = make();
  node.dataset.state = state;
  node.className = kind;
  node.replaceChildren(...children);
  if (!held) return;
  const keys = [...node.querySelectorAll(".keys button")];
  const next = keys.find((key) => key.textContent === label) ?? keys[0] ?? node.closest(".log");
  next?.focus({ preventScroll: true });
}

function leave(log, node) {
  const held = node.contains(document.activeElement);
  node.remove();
  if (held) log.focus({ preventScroll: true });
}

function bubble(message, me, does) {
  const mine = message.from.id === me;
  const parts = [
    element("span", { class: "unseen" }, mine ? "You: " : "Attune: "),
    quote(message.reply_to_message),
    picture(message, mine, does),
    paper(message.document),
    words(message, mine, does),
    element("time", { class: "at" }, clockTime(new Date(message.date * 1000))),
  ];
  const children = [element("div", { class: message.photo ? "bubble pictured" : "bubble" }, ...parts.filter(Boolean))];
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length) children.push(keyboard(message, rows, does));
  return [mine ? "message mine" : "message", children];
}

function words(message, mine, does) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  const line = element("div", { class: "words", dir: "auto" });
  if (mine && /^\/start \S+$/.test(text)) line.append("/start"); // as Telegram's apps show an opened link
  else line.append(...richText(text, message.entities ?? message.caption_entities, mine ? null : does));
  return line;
}

function quote(message) {
  if (!message) return null;
  const text = message.text ?? message.caption ?? (message.photo ? "Picture" : "File");
  return element("blockquote", { class: "quote", dir: "auto" }, text.split("\n")[0].slice(0, 120));
}

function picture(message, mine, does) {
  if (!message.photo) return null;
  const size = message.photo.at(-1);
  const link = mine ? undefined : startLinkIn(message);
  const source = `/files/${encodeURIComponent(size.file_id)}`;
  const alt = link ? "QR code of the link below" : "Picture";
  const image = element("img", { src: source, alt, width: size.width, height: size.height });
  const label = link ? "Open the link of this QR code in the phone it is for" : "Enlarge the picture";
  const onclick = () => (link ? does.open(link) : does.enlarge(source, message.caption ?? "Picture"));
  return element("button", { type: "button", class: link ? "picture code" : "picture", "aria-label": label, title: label, onclick }, image);
}

function paper(file) {
  if (!file) return null;
  const size = file.file_size < 1024 ? `${file.file_size} B` : `${Math.round(file.file_size / 1024)} kB`;
  const href = `/files/${encodeURIComponent(file.file_id)}`;
  return element("a", { class: "paper", href, download: file.file_name }, element("b", {}, file.file_name), ` ${size}`);
}

function keyboard(message, rows, does) {
  const lines = rows.map((row) => element("div", { class: "keys" }, ...row.map((button) => key(message, button, does))));
  return element("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, ...lines);
}

function key(message, button, does) {
  if (button.url && !isStartLink(button.url)) {
    const safe = /^https?:\/\//i.test(button.url);
    return element("a", { href: safe ? button.url : "#", target: "_blank", rel: "noopener noreferrer" }, button.text);
  }
  const made = element("button", { type: "button" }, button.text);
  made.addEventListener("click", () => (button.url ? does.open(button.url) : does.press(message, button, made)));
  return made;
}
