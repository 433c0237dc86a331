"use strict";
// Search over the status reports. Their text is loaded with the first search, from the file beside the page. The endings come with it.
const RapportSok = {
  wanted(words, data) {
    const stem = (word) => {
      const ending = data.andelser.find((e) => word.endsWith(e) && word.length - e.length >= data.stam) ?? "";
      return word.slice(0, word.length - ending.length);
    };
    return [...words.matchAll(/"([^"]*)"?|([\p{L}\p{N}_-]+)/gu)]
      .map(([, phrase, word]) => (word ? stem(word.toLowerCase()) : phrase.trim().toLowerCase()))
      .filter(Boolean);
  },
  search(data, words, { region = "", ar = "", omrade = "" } = {}) {
    const terms = RapportSok.wanted(words, data);
    if (!terms.length) return [];
    const right = data.rapporter.map(([r, a]) => (!region || r === region) && (!ar || String(a) === ar));
    return data.stycken
      .filter(([report, area, , , text]) => right[report] && (!omrade || String(area) === omrade) && terms.every((t) => text.toLowerCase().includes(t)))
      .map(([report, area, page, line, text]) => ({ region: data.rapporter[report][0], ar: data.rapporter[report][1], mark: data.rapporter[report][2], area, page, line, parts: RapportSok.parts(text, terms) }));
  },
  // The words around the first hit, cut into [text, is a hit].
  parts(text, terms, around = 140) {
    const low = text.toLowerCase();
    const first = low.indexOf(terms[0]);
    const [from, to] = [Math.max(0, first - around), Math.min(text.length, first + terms[0].length + around)];
    const found = [];
    for (let at = from; at < to; ) {
      const [next, length] = terms
        .map((t) => [low.indexOf(t, at), t.length])
        .filter(([i]) => i >= 0 && i < to)
        .sort((a, b) => a[0] - b[0] || b[1] - a[1])[0] ?? [to, 0];
      if (next > at) found.push([text.slice(at, next), false]);
      if (length) found.push([text.slice(next, next + length), true]);
      at = next + length;
      if (!length) break;
    }
    if (from) found.unshift(["…", false]);
    if (to < text.length) found.push(["…", false]);
    return found;
  },
};
if (typeof document !== "undefined") {
  const form = document.querySelector("#rapportsok");
  const [status, list] = [form.querySelector("[role=status]"), document.querySelector("#rapporttraffar")];
  const MOST = 200;
  form.hidden = false;
  const show = () => {
    const { ord, region, ar, omrade } = Object.fromEntries(new FormData(form));
    const hits = RapportSok.search(window.RAPPORTTEXT, ord, { region, ar, omrade });
    status.textContent = hits.length > MOST ? `${MOST} av ${hits.length} träffar visas` : `${hits.length} ${hits.length === 1 ? "träff" : "träffar"}`;
    list.replaceChildren(
      ...hits.slice(0, MOST).map((hit) => {
        const [item, place, quote] = ["li", "strong", "q"].map((name) => document.createElement(name));
        place.textContent = `${hit.region} ${hit.ar}${hit.mark ? ` ${hit.mark}` : ""}${hit.area ? `, område ${hit.area}` : ""}${hit.page ? `, sida ${hit.page}` : ""}, rad ${hit.line}: `;
        hit.parts.forEach(([text, marked]) => {
          const part = document.createElement(marked ? "mark" : "span");
          part.textContent = text;
          quote.append(part);
        });
        item.append(place, quote);
        return item;
      }),
    );
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (window.RAPPORTTEXT) return show();
    status.textContent = "Läser in rapporternas text …";
    const script = document.createElement("script");
    script.src = form.dataset.text;
    script.onload = show;
    script.onerror = () => (status.textContent = `Filen ${form.dataset.text} saknas bredvid sidan.`);
    document.head.append(script);
  });
} else {
  module.exports = RapportSok;
}
