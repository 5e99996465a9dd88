// The bar over the phones: the bot's time and hops, killing and starting the bot, another client.

import { act } from "./acts.js";
import { clockTime, now, setTime, shortMoment } from "./times.js";

const STATES = { running: "Bot: running", starting: "Bot: starting…", killed: "Bot: killed", ended: "Bot: stopped" };
const MOST_NAMED = 3;

/** Say at which moments (seconds since 1970) the hop has stopped, because something fell due. */
function onTheWay(stops) {
  const moments = [...new Set(stops.map((moment) => shortMoment(new Date(moment * 1000))))];
  if (!moments.length) return "Nothing fell due on the way.";
  const more = moments.length > MOST_NAMED ? ` and ${moments.length - MOST_NAMED} times more` : "";
  return `Something fell due on ${moments.slice(0, MOST_NAMED).join("; ")}${more}.`;
}

/** Wire up the bar. `added(who)` is called with a new client. Gives a function that shows a new state of the stage. */
export function clockBar(added) {
  const clock = document.getElementById("clock");
  const said = document.getElementById("said");
  const state = document.getElementById("bot-state");
  const power = document.getElementById("bot-switch");
  const hops = [...document.querySelectorAll("[data-hop]")];
  let bot = "";

  const tell = (text) => (said.textContent = text);
  const tick = () => (clock.textContent = shortMoment(now()));
  setInterval(tick, 1000);

  /** Do something that takes a moment; the button stays focusable but does nothing meanwhile. */
  async function busily(button, name, body, done) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      tell(done(await act(name, body)) ?? "");
    } catch (error) {
      tell(error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  for (const button of hops) {
    button.addEventListener("click", () => busily(button, "hop", { by: button.dataset.hop }, ({ stops }) => {
      if (bot !== "running") return `It is ${clockTime(now())} now. The bot is off: it catches up when you start it.`;
      return onTheWay(stops);
    }));
  }
  power.addEventListener("click", () => (bot === "running"
    ? busily(power, "kill", {}, () => "Killed (kill -9). Go on pressing: Telegram keeps presses for 150 seconds.")
    : busily(power, "start", {}, () => "Started again on the same database.")));
  const another = document.getElementById("add-client");
  another.addEventListener("click", () => busily(another, "client", {}, ({ who }) => {
    added(who);
    return "Invited: click the link or QR code in the therapist's phone.";
  }));

  return (stage) => {
    bot = stage.bot;
    setTime(stage.zone, stage.now);
    tick();
    clock.classList.toggle("moving", stage.moving);
    state.textContent = STATES[bot];
    state.dataset.state = bot;
    power.textContent = bot === "running" ? "Kill the bot" : "Start it again";
  };
}
