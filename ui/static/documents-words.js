// Counts and days in words.

const pad = (number) => String(number).padStart(2, "0");

export const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
export const iso = (year, month, day) => `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
export const lastDay = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
export const monthName = (month) =>
  new Date(Date.UTC(2000, month - 1)).toLocaleDateString("en-GB", { month: "long", timeZone: "UTC" });

/** A day as ISO 8601. */
export function inWords(day) {
  if (!day) return "undated";
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", options);
}
