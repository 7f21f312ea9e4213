/* Large buttons, search, and the lines below the map. */
(function () {
  const MOST = 30;
  let hits = [];

  KG.fit = function (bounds) {
    if (KG.paper) { KG.map.fitBounds(bounds, { padding: [6, 6], animate: false }); }
    else { KG.moveTo(bounds, { padding: KG.isNarrow() ? [8, 8] : [24, 24] }); }
  };

  KG.showAll = function () {
    let bounds = window.geo_json_associations.getBounds();
    if (KG.data.uninhabited.length) { bounds = bounds.extend(window.geo_json_uninhabited.getBounds()); }
    KG.fit(bounds);
    KG.wholeZoom = KG.map.getBoundsZoom(bounds);
  };

  function search(text) {
    const wanted = KG.fold(text);
    if (!wanted) { return []; }
    const found = [];
    KG.data.groups.forEach(function (item, number) {
      if (item.members.length > 1 && KG.fold(item.name).includes(wanted)) {
        found.push({ name: item.name, extra: KG.text("after"), group: number, association: item.members[0] });
      }
    });
    KG.data.associations.forEach(function (item, number) {
      if (KG.fold(item.name).includes(wanted) || KG.fold(item.id) === wanted) {
        found.push({ name: item.name, extra: item.district, group: item.group, association: number });
      }
    });
    return [...found.filter((hit) => KG.isInside(KG.data.groups[hit.group])), ...found.filter((hit) => !KG.isInside(KG.data.groups[hit.group]))];
  }

  function choose(hit) {
    if (!KG.isInside(KG.state === "after" ? KG.data.groups[hit.group] : KG.data.associations[hit.association])) { KG.chooseDistrict(null); }
    KG.openTable(false);
    KG.select(KG.state === "after" ? hit.group : hit.association, null, true);
    KG.id("search").value = hit.name;
    showHits([], hit.name);
    KG.id("search-note").textContent = "";
  }

  function showHits(found, text) {
    hits = found;
    const list = KG.id("results");
    list.replaceChildren(...found.slice(0, MOST).map(function (hit, number) {
      const row = KG.make("li", { role: "option", id: "kg-hit-" + number, tabindex: "-1" }, KG.make("span", {}, hit.name), KG.make("small", {}, hit.extra));
      row.addEventListener("click", () => choose(hit));
      row.addEventListener("keydown", function (event) {
        if (event.key === "Enter") { choose(hit); }
        if (event.key === "ArrowDown" && row.nextSibling) { event.preventDefault(); row.nextSibling.focus(); }
        if (event.key === "ArrowUp") { event.preventDefault(); (row.previousSibling || KG.id("search")).focus(); }
        if (event.key === "Escape") { showHits([], ""); KG.id("search").focus(); }
      });
      return row;
    }));
    list.hidden = !found.length;
    KG.id("search").setAttribute("aria-expanded", String(found.length > 0));
    const note = !KG.fold(text) ? "" : found.length ? KG.text("found", { n: found.length }) : KG.text("not_found");
    KG.id("search-note").textContent = note;
    KG.id("search-note").classList.toggle("kg-miss", !found.length);
  }

  function startSearch() {
    const input = KG.id("search");
    input.placeholder = KG.text("search_hint");
    input.addEventListener("input", () => showHits(search(input.value), input.value));
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        if (!hits.length) { showHits(search(input.value), input.value); }
        if (hits.length) { choose(hits[0]); }
      }
      if (event.key === "ArrowDown" && hits.length) { event.preventDefault(); KG.id("results").firstChild.focus(); }
      if (event.key === "Escape") { showHits([], ""); }
    });
    document.addEventListener("click", function (event) {
      if (!event.target.closest(".kg-search")) { KG.id("results").hidden = true; }
    });
  }

  KG.startToolbar = function () {
    KG.fillTexts();
    KG.id("scenario").textContent = KG.data.scenario ? KG.text("scenario") + ": " + KG.data.scenario : "";
    KG.id("states").setAttribute("aria-label", KG.text("state"));
    for (const state of ["before", "after"]) {
      KG.id(state).append(KG.text(state) + " ", KG.make("small", {}));
      KG.id(state).addEventListener("click", () => KG.setState(state));
    }
    KG.fillSummary();
    startSearch();
  };
})();
