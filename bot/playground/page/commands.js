// The menu of commands over the text field: by its button, or by typing "/".

import { commandsOf } from "./acts.js";
import { element } from "./elements.js";

/** Wire up a phone's menu. `who()` gives whose it is, `say(text)` sends a command. */
export function commandMenu(phone, who, say) {
  const menu = phone.querySelector(".menu");
  const opener = phone.querySelector(".slash");
  const field = phone.querySelector("textarea");
  let asked = 0;

  function close() {
    asked += 1;
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  async function open(start, focus) {
    const question = (asked += 1);
    const commands = (await commandsOf(who())).filter((known) => known.command.startsWith(start));
    if (question !== asked) return;
    if (!commands.length) return close();
    menu.replaceChildren(...commands.map(item));
    menu.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    if (focus) menu.firstElementChild.focus();
  }

  function item(known) {
    const choose = () => {
      close();
      field.value = "";
      field.focus();
      say(`/${known.command}`);
    };
    const name = element("b", {}, `/${known.command}`);
    return element("button", { type: "button", role: "menuitem", tabIndex: -1, onclick: choose }, name, ` ${known.description}`);
  }

  opener.addEventListener("click", () => (menu.hidden ? open("", true) : close()));
  field.addEventListener("input", () => {
    const typed = /^\/(\w*)$/.exec(field.value);
    if (typed) open(typed[1].toLowerCase(), false);
    else close();
  });
  field.form.addEventListener("submit", close); // it would hide the newest buttons
  field.addEventListener("keydown", (event) => {
    if (menu.hidden || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    (event.key === "ArrowUp" ? menu.lastElementChild : menu.firstElementChild).focus();
  });
  menu.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const all = [...menu.children];
    if (event.key in steps) {
      event.preventDefault();
      all[(all.indexOf(document.activeElement) + steps[event.key] + all.length) % all.length].focus();
    }
  });
  phone.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !menu.hidden) {
      close();
      field.focus();
    }
  });
  phone.addEventListener("focusout", (event) => {
    if (!menu.hidden && ![menu, opener, field].some((part) => part.contains(event.relatedTarget))) close();
  });
}
