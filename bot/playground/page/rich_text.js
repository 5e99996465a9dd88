// A text with Telegram's entities as nodes. Offsets and lengths count UTF-16 units, as JavaScript's strings do.

import { element } from "./elements.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const START_LINK = /^https:\/\/(t|telegram)\.me\/\w+\?start=[\w-]+$/;

/** Whether an address is a link that opens a chat with the bot. */
export function isStartLink(address) {
  return START_LINK.test(address);
}

/** The first link in a message that opens a chat with the bot, or undefined. */
export function startLinkIn(message) {
  const text = message.text ?? message.caption ?? "";
  return addresses(text, message.entities ?? message.caption_entities ?? []).find(isStartLink);
}

function addresses(text, entities) {
  return entities.filter((e) => e.type === "url" || e.type === "text_link").map((e) => addressOf(e, covered(text, e)));
}

function covered(text, entity) {
  return text.slice(entity.offset, entity.offset + entity.length);
}

function addressOf(entity, words) {
  if (entity.type === "text_link") return entity.url;
  return /^https?:\/\//i.test(words) ? words : `https://${words}`;
}

/**
 * The nodes of a text.
 * `does.open(link)` opens a bot's link, `does.say(command)` sends a command; without `does` they stay plain.
 */
export function richText(text, entities = [], does = null) {
  return span(text, 0, text.length, entities, does);
}

function span(text, from, to, entities, does) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || entity.offset >= to || end <= entity.offset) continue;
    const inner = entities.slice(index + 1).filter((e) => e.offset >= entity.offset && e.offset + e.length <= end);
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    nodes.push(wrapped(entity, covered(text, entity), span(text, entity.offset, end, inner, does), does));
    at = end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

function wrapped(entity, words, children, does) {
  if (TAGS[entity.type]) return element(TAGS[entity.type], {}, ...children);
  if (entity.type === "spoiler") return element("span", { class: "spoiler", tabIndex: 0 }, ...children);
  if (entity.type === "bot_command" && does) {
    return element("button", { type: "button", class: "link", onclick: () => does.say(words) }, ...children);
  }
  if (entity.type === "url" || entity.type === "text_link") return link(addressOf(entity, words), children, does);
  return element("span", {}, ...children);
}

function link(address, children, does) {
  if (isStartLink(address) && does) {
    const title = "Opens in the phone it is for";
    return element("button", { type: "button", class: "link", title, onclick: () => does.open(address) }, ...children);
  }
  if (!/^https?:\/\//i.test(address)) return element("span", {}, ...children);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
