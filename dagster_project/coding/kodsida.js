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
};
if (typeof document !== "undefined") {
  const { rubriker, rader, gemensamt, fil } = JSON.parse(document.querySelector("#rader").textContent);
  let unsaved = false;
  document.querySelector("main").addEventListener("change", (event) => {
    const box = event.target.closest("fieldset[data-nr]");
    if (!box) return;
    const nr = Number(box.dataset.nr);
    rader[nr] = Kodblad.set(rader[nr], event.target.dataset.falt, event.target.value);
    box.querySelector("[data-falt=Beslut]").value = rader[nr].Beslut ?? "";
    box.classList.toggle("klar", Boolean(rader[nr].Beslut));
    unsaved = true;
  });
  const added = document.querySelector("#tillagg");
  added.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(added)].filter(([, v]) => v));
    rader.push({ ...gemensamt, ...given, Citat: given.Text ?? "", Beslut: "tillagd", Förekomst: "angivet" });
    added.querySelector("[role=status]").textContent = `${given.Typ} tillagd, rad ${given["Rad från"]}`;
    added.reset();
    unsaved = true;
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
  });
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
} else {
  module.exports = Kodblad;
}
