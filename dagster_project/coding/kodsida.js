"use strict";
// The decisions on the page become a code sheet, a csv file with the columns of the workbook. Nothing is sent anywhere.
const Kodblad = {
  // Rows with a decision, as csv; a row decided now is dated `datum`, one delivered earlier keeps its date.
  csv(rubriker, rader, datum) {
    const cell = (v) => (/[;"\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
    const decided = rader.filter((r) => r.Beslut).map((r) => ({ ...r, Kodningsdatum: r.Kodningsdatum || datum }));
    return [rubriker, ...decided.map((r) => rubriker.map((k) => r[k] ?? ""))].map((r) => r.map((v) => cell(String(v))).join(";")).join("\r\n") + "\r\n";
  },
  // What a field is set to; a change of anything but the decision makes an undecided or confirmed row a corrected one.
  set(rad, falt, varde) {
    const next = { ...rad, [falt]: varde, Kodningsdatum: "" };
    if (falt !== "Beslut" && falt !== "Kommentar" && falt !== "Avgörande" && ["", "bekräftad", undefined].includes(rad.Beslut)) next.Beslut = "rättad";
    return next;
  },
  // How many of the rows have a decision, in all and per area.
  progress(rader) {
    const parts = new Map();
    for (const r of rader) {
      const key = r["Område"] || "0";
      const [done, all] = parts.get(key) ?? [0, 0];
      parts.set(key, [done + (r.Beslut ? 1 : 0), all + 1]);
    }
    const sum = [...parts.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    const each = [...parts].sort().map(([k, [done, all]]) => `${k === "0" ? "hela rapporten" : `område ${k}`} ${done} av ${all}`);
    return `${sum[0]} av ${sum[1]} förslag har beslut (${each.join(", ")})`;
  },
};
if (typeof document !== "undefined") {
  const { rubriker, rader, gemensamt, fil } = JSON.parse(document.querySelector("#rader").textContent);
  let unsaved = false;
  const boxes = [...document.querySelectorAll("fieldset[data-nr]")];
  const tell = () => { document.querySelector("#lage").textContent = Kodblad.progress(rader); };
  const show = (box) => {
    const row = rader[Number(box.dataset.nr)];
    for (const field of box.querySelectorAll("[data-falt]")) field.value = row?.[field.dataset.falt] ?? "";
    box.classList.toggle("klar", Boolean(row.Beslut));
  };
  const filter = () => {
    const [open, plain] = ["#bara-obedomda", "#utan-kandidater"].map((id) => document.querySelector(id).checked);
    for (const box of boxes) box.classList.toggle("dolj", (open && box.classList.contains("klar")) || (plain && box.classList.contains("kandidat")));
  };
  // What has been decided stays in the browser until the sheet is fetched; where it may not, the page works as before.
  const keep = () => { try { localStorage.setItem(fil, JSON.stringify(rader)); } catch { /* no storage */ } tell(); };
  try {
    const kept = JSON.parse(localStorage.getItem(fil) ?? "null");
    if (kept && kept.length >= rader.length && rader.every((r, i) => r["Förslag"] === kept[i]["Förslag"])) {
      rader.splice(0, rader.length, ...kept);
      boxes.forEach(show);
      unsaved = true;
    }
  } catch { /* no storage */ }
  tell();
  document.querySelector("#bara-obedomda").addEventListener("change", filter);
  document.querySelector("#utan-kandidater").addEventListener("change", filter);
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, button, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = boxes.filter((box) => !box.classList.contains("dolj"));
    const at = shown.indexOf(document.activeElement.closest?.("fieldset[data-nr]"));
    const step = { n: 1, p: -1 }[event.key.toLowerCase()];
    const decision = { b: "bekräftad", a: "avvisad", r: "rättad" }[event.key.toLowerCase()];
    if (step) shown[Math.min(Math.max(at + step, 0), shown.length - 1)]?.focus();
    else if (decision && at >= 0) {
      const nr = Number(shown[at].dataset.nr);
      rader[nr] = Kodblad.set(rader[nr], "Beslut", decision);
      show(shown[at]);
      unsaved = true;
      keep();
      if (decision === "rättad") shown[at].querySelectorAll("[data-falt]")[1]?.focus();
      else shown[at + 1]?.focus();
    } else return;
    event.preventDefault();
  });
  document.querySelector("main").addEventListener("change", (event) => {
    const box = event.target.closest("fieldset[data-nr]");
    if (!box) return;
    const nr = Number(box.dataset.nr);
    rader[nr] = Kodblad.set(rader[nr], event.target.dataset.falt, event.target.value);
    box.querySelector("[data-falt=Beslut]").value = rader[nr].Beslut ?? "";
    box.classList.toggle("klar", Boolean(rader[nr].Beslut));
    unsaved = true;
    keep();
  });
  const added = document.querySelector("#tillagg");
  added.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(added)].filter(([, v]) => v));
    rader.push({ ...gemensamt, ...given, Citat: given.Text ?? "", Beslut: "tillagd", Förekomst: "angivet" });
    added.querySelector("[role=status]").textContent = `${given.Typ} tillagd, rad ${given["Rad från"]}`;
    added.reset();
    unsaved = true;
    keep();
  });
  const save = document.querySelector("#spara");
  save.datum.value = new Date().toLocaleDateString("sv-SE");
  save.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = Kodblad.csv(rubriker, rader, save.datum.value);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv" }));
    link.download = fil;
    link.click();
    URL.revokeObjectURL(link.href);
    save.querySelector("[role=status]").textContent = `${rader.filter((r) => r.Beslut).length} rader med beslut`;
    unsaved = false;
    try { localStorage.removeItem(fil); } catch { /* no storage */ }
  });
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
} else {
  module.exports = Kodblad;
}
