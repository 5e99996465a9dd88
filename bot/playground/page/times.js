// Telling the time: the server's clock, in the practice's zone.

let zone = "UTC";
let ahead = 0; // milliseconds the playground's clock is ahead of this browser's

/** Take over zone and clock (seconds since 1970) from the server. */
export function setTime(newZone, now) {
  zone = newZone;
  ahead = now * 1000 - Date.now();
}

/** The playground's time now. */
export function now() {
  return new Date(Date.now() + ahead);
}

function format(moment, parts) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts }).format(moment);
}

/** `14:10` */
export function clockTime(moment) {
  return format(moment, { hour: "2-digit", minute: "2-digit" });
}

/** `Tuesday 24 November` */
export function day(moment) {
  return format(moment, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
}

/** `Tue 24 Nov, 14:10` */
export function shortMoment(moment) {
  const date = format(moment, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");
  return `${date}, ${clockTime(moment)}`;
}
