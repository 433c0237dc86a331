"use strict";
// Each table can be sorted by its column headings and filtered by a text. Without script the page is a plain, complete document.
function number(text) {
  return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : null;
}
function compare(a, b, { valueName, order }) {
  const [x, y] = [a.values()[valueName] ?? "", b.values()[valueName] ?? ""];
  const [m, n] = [number(x), number(y)];
  if (m !== null && n !== null) return m - n;
  if ((m === null) !== (n === null) && (x === "" || y === "" || m !== null || n !== null)) {
    return (m === null ? 1 : -1) * (order === "desc" ? -1 : 1); // what has no number stands last, whichever way
  }
  return String(x).localeCompare(String(y), "sv");
}
const lists = []; // each table's list, and in which of its columns the regions stand
document.querySelectorAll("[data-tabell]").forEach((box) => {
  const headings = [...box.querySelectorAll("th[data-kolumn]")];
  headings.forEach((th) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.dataset.sort = th.dataset.kolumn;
    button.append(...th.childNodes);
    th.append(button);
  });
  const tools = box.querySelector(".verktyg");
  tools.hidden = false;
  const list = new List(box, {
    listClass: "rader",
    valueNames: headings.map((th) => ({ name: th.dataset.kolumn, attr: "data-v" })),
    sortFunction: compare,
  });
  lists.push({ list, region: headings.find((th) => th.textContent.trim() === "Region")?.dataset.kolumn });
  const filter = box.querySelector("input.filter");
  filter.addEventListener("input", () => list.search(filter.value));
  const status = box.querySelector("[role=status]");
  list.on("updated", () => {
    status.textContent = `${list.matchingItems.length} av ${list.items.length} rader visas`;
    headings.forEach((th) => {
      const { classList } = th.querySelector("button");
      th.setAttribute("aria-sort", classList.contains("asc") ? "ascending" : classList.contains("desc") ? "descending" : "none");
    });
  });
});
// One region's page: every table with a column Region shows it and the country. The choice stands in the address.
const chosen = document.querySelector("#region");
const regional = lists.filter(({ region }) => region);
const name = ({ region }, item) => item.values()[region];
const names = new Set(regional.flatMap((t) => t.list.items.map((item) => name(t, item))));
["Riket", "", null].forEach((other) => names.delete(other));
chosen.append(...[...names].sort((a, b) => a.localeCompare(b, "sv")).map((text) => new Option(text)));
chosen.closest("p").hidden = names.size < 2;
function show() {
  regional.forEach((t) => t.list.filter((item) => !chosen.value || [chosen.value, "Riket"].includes(name(t, item))));
}
chosen.addEventListener("change", () => {
  const address = new URL(location);
  if (chosen.value) address.searchParams.set("region", chosen.value);
  else address.searchParams.delete("region");
  history.replaceState(null, "", address);
  show();
});
chosen.value = names.has(new URL(location).searchParams.get("region")) ? new URL(location).searchParams.get("region") : "";
if (chosen.value) show();
