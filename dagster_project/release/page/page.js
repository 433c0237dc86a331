"use strict";
// Tables can be sorted and filtered, one region chosen, figures touched. Without script the page is a plain, complete document.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const text = (cell) => cell.textContent.trim();
  const number = (said) => {
    const plain = said.replace(/\[[^\]]*\]|\([^)]*\)/g, "").replace(/[\s\u00a0]/g, "").replace(",", ".").replace("\u2212", "-");
    return plain !== "" && !Number.isNaN(Number(plain)) ? Number(plain) : null;
  };
  function compare(a, b, way) {
    const [m, n] = [number(a), number(b)];
    if (m !== null && n !== null) return (m - n) * way;
    if (m === null && n === null) return a.localeCompare(b, "sv") * way;
    return m === null ? 1 : -1; // what has no number stands last, whichever way
  }
  let chosen = "";
  const boxes = all("[data-tabell]").map((box) => {
    const rows = all("tbody tr", box);
    const heads = all("thead th", box);
    const body = box.querySelector("tbody");
    const regional = rows.some((row) => row.dataset.r && row.dataset.r !== "00");
    let asked = "";
    const status = box.querySelector("[role=status]");
    function show() {
      let seen = 0;
      rows.forEach((row) => {
        const wanted = (!asked || all("th, td", row).some((cell) => text(cell).toLowerCase().includes(asked))) && (!chosen || !regional || [chosen, "00"].includes(row.dataset.r));
        row.hidden = !wanted;
        seen += wanted;
      });
      status.textContent = asked || (chosen && regional) ? `${seen} av ${rows.length} rader visas` : "";
    }
    if (rows.length > 5) {
      box.querySelector(".verktyg").hidden = false;
      box.querySelector(".filter").addEventListener("input", (e) => { asked = e.target.value.trim().toLowerCase(); show(); });
      heads.forEach((th, n) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...th.childNodes);
        th.append(button);
        button.addEventListener("click", () => {
          const way = th.getAttribute("aria-sort") === "ascending" ? -1 : 1;
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          th.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
          rows.sort((a, b) => compare(text(a.cells[n]), text(b.cells[n]), way));
          body.append(...rows);
        });
      });
    }
    return { show };
  });
  // Figures: drawn by the library when they come near, from the same specification as the still picture.
  const specifications = {};
  window.visaFigur = (id, both) => { specifications[id] = both; };
  const here = document.currentScript;
  const loaded = {};
  const load = (src) => (loaded[src] ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src, onload: done, onerror: failed });
    document.head.append(script);
  }));
  const views = new Map();
  const nameOf = () => document.querySelector("#region")?.selectedOptions[0]?.textContent ?? "";
  const light = (view) => view.signal("vald", chosen ? nameOf() : "").runAsync();
  async function draw(figure) {
    await Promise.all([load(here.dataset.bibliotek), load(figure.dataset.skript)]);
    const id = figure.id.replace("figur-", "");
    const place = figure.querySelector(".bild");
    const size = matchMedia("(max-width: 600px)").matches ? "smal" : "bred";
    const drawn = document.createElement("div");
    const words = JSON.parse(document.querySelector("#sprak").textContent);
    const spec = specifications[id][size];
    const { view } = await window.vegaEmbed(drawn, { ...spec, config: { ...spec.config, aria: false } }, {
      renderer: "svg", actions: false, formatLocale: words.tal, timeFormatLocale: words.tid,
    });
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", figure.dataset.alt);
    place.replaceChildren(drawn);
    views.set(id, view);
    if (chosen) await light(view);
  }
  const near = new IntersectionObserver((seen) => seen.filter((s) => s.isIntersecting).forEach((s) => {
    near.unobserve(s.target);
    draw(s.target).catch(() => {}); // the still picture stands
  }), { rootMargin: "200px" });
  if (here.dataset.bibliotek) all("figure[data-skript]").forEach((figure) => near.observe(figure));
  // One region: its rows and the country's, its mark in the figures, and nothing that is not about regions. It stands in the address.
  const choice = document.querySelector("#region");
  function choose() {
    chosen = choice.value;
    boxes.forEach((box) => box.show());
    const others = all(".matt:not([data-regional])");
    others.forEach((section) => { section.hidden = Boolean(chosen); });
    all("[data-kapitel]").forEach((chapter) => { chapter.hidden = all(".matt", chapter).every((section) => section.hidden); });
    all(".fragor li").forEach((li) => { li.hidden = document.getElementById(li.querySelector("a").hash.slice(1))?.closest(".matt")?.hidden ?? false; });
    const said = document.querySelector("#valt");
    said.replaceChildren();
    if (chosen) {
      const link = Object.assign(document.createElement("a"), { href: choice.selectedOptions[0].dataset.fil, textContent: `${nameOf()} på en egen sida` });
      said.append(link, `. ${others.length} avsnitt utan uppgifter per region visas inte.`);
    }
    views.forEach(light);
  }
  if (choice) {
    choice.closest("p").hidden = false;
    choice.addEventListener("change", () => {
      const address = new URL(location);
      if (choice.value) address.searchParams.set("region", choice.value);
      else address.searchParams.delete("region");
      history.replaceState(null, "", address);
      choose();
    });
    choice.value = new URL(location).searchParams.get("region") ?? "";
    if (choice.selectedIndex < 0) choice.value = "";
    if (choice.value) choose();
  }
  // A link to a table opens it; print shows all of them.
  const open = () => {
    const there = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (there) there.scrollIntoView();
  };
  addEventListener("hashchange", open);
  if (location.hash && chosen) open();
  let closed = [];
  addEventListener("beforeprint", () => { closed = all("details:not([open])"); closed.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));
  // Which chapter is read.
  const chapters = new Map(all(".kapitel a").map((a) => [document.getElementById(a.hash.slice(1)), a]));
  const reading = new IntersectionObserver((seen) => seen.filter((s) => s.isIntersecting).forEach((s) => {
    chapters.forEach((a) => a.removeAttribute("aria-current"));
    chapters.get(s.target).setAttribute("aria-current", "true");
  }), { rootMargin: "0px 0px -70% 0px" });
  chapters.forEach((_, heading) => heading && reading.observe(heading));
})();
