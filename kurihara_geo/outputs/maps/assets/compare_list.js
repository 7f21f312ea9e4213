/* Beside the maps: figures of both sides, the places that differ, and every association in a table. */
(function () {
  const make = KG.make;
  const below = (group) => group.status === "small" || group.status === "below_floor";

  KG.differences = function () {
    return KG.data.differences.filter((item) => item.members.some(KG.isInside));
  };

  function inScope(side) {
    return KG.data.sides[side].groups.filter((group) => KG.district === null || group.district === KG.district);
  }

  function smallest(groups) {
    const counts = groups.map((group) => group.households);
    if (counts.includes(null)) { return KG.count("withheld"); }
    for (const word of ["under", "withheld"]) { if (counts.includes(word)) { return KG.count(word); } }
    return counts.length ? KG.number(Math.min(...counts)) : "–";
  }

  function joined(groups) {
    return groups.filter((group) => group.members.length > 1).reduce((sum, group) => sum + group.members.length, 0);
  }

  function farthest(groups) {
    const ways = groups.map((group) => group.farthest_m).filter((way) => way !== null);
    return ways.length ? KG.text("metres", { n: KG.number(Math.max(...ways)) }) : "–";
  }

  KG.fillFigures = function () {
    const sides = [inScope(0), inScope(1)];
    const row = (key, figure) => KG.row(KG.text(key), ...sides.map(figure));
    const table = make("table", { class: "kg-pair-figures" },
      KG.headRow(KG.text("figure"), KG.data.sides[0].label, KG.data.sides[1].label),
      make("tbody", {},
        row("associations_word", (groups) => KG.number(groups.length)),
        row("small_word", (groups) => KG.number(groups.filter(below).length)),
        row("changed_word", (groups, side) => (side === 0 && KG.data.mode === "today" ? "–" : KG.number(joined(groups)))),
        ...(KG.data.districts.length ? [row("crossing_word", (groups) => KG.number(groups.filter((group) => group.crosses).length))] : []),
        row("smallest_word", smallest), row("farthest_word", farthest),
        ...(KG.district === null ? KG.data.town_figures.map(([label, ...figures]) => KG.row(label, ...figures)) : [])));
    KG.id("figures").replaceChildren(table);
    const words = [0, 1].map((side) => KG.data.sides[side].label + " " + KG.number(sides[side].length));
    const count = KG.text("list_plans") + " " + KG.text("list_count", { n: KG.number(KG.differences().length) });
    KG.id("summary").textContent = KG.text("associations_word") + ": " +
      (KG.data.mode === "today" ? words.join(" → ") : words.join(" / ") + " · " + count);
    for (const side of [0, 1]) {
      KG.id("name-" + side).replaceChildren(KG.data.sides[side].label + " ", make("small", {}, KG.text("groups_count", { n: KG.number(sides[side].length) })));
    }
  };

  function withCount(item) {
    return item.households === null ? item.name : item.name + " " + KG.households(item.households, "households_short");
  }

  function members(group) {
    return group.members.map((place) => withCount(KG.data.associations[place]));
  }

  /* What a side makes of the associations of one place. */
  function sideLines(side, groups) {
    return groups.map(function (number) {
      const group = KG.data.sides[side].groups[number];
      if (group.members.length === 1) {
        const alone = KG.data.mode === "plans" ? make("small", {}, " " + KG.text("stays_alone")) : "";
        return make("li", {}, below(group) ? KG.mark("below") : "", withCount(group), alone);
      }
      return make("li", {}, below(group) ? KG.mark("below") : "", make("strong", {}, withCount(group)),
        ...(KG.data.mode === "plans" ? [make("small", {}, members(group).join(" + "))] : []));
    });
  }

  function sideBlock(side, groups) {
    return make("div", { class: "kg-entry-side" }, make("span", { class: "kg-chip kg-chip-" + side }, KG.data.sides[side].label),
      make("ul", {}, ...sideLines(side, groups)));
  }

  function entry(item) {
    const district = KG.data.districts[KG.data.associations[item.members[0]].district];
    const go = KG.choice("kg-entry-go", () => KG.choose(item, true), make("span", { class: "kg-number-disc" }, String(item.number)),
      make("span", { class: "kg-entry-name" }, KG.data.mode === "today" ? KG.data.sides[1].groups[item.right[0]].name : district ? district.name : ""));
    go.setAttribute("aria-label", KG.text("go", { number: item.number }) + " " + go.textContent);
    const row = make("li", { class: "kg-entry", id: "kg-entry-" + item.number }, go, sideBlock(0, item.left), sideBlock(1, item.right));
    return row;
  }

  KG.fillList = function () {
    const found = KG.differences();
    KG.id("list-title").textContent = KG.text(KG.data.mode === "today" ? "list_after" : "list_plans") + " " + KG.text("list_count", { n: KG.number(found.length) });
    KG.id("list-note").textContent = KG.text(found.length ? "list_hint" : "list_none");
    KG.id("entries").replaceChildren(...found.map(entry));
  };

  KG.markEntry = function (item) {
    document.querySelectorAll(".kg-entry-chosen").forEach((row) => row.classList.remove("kg-entry-chosen"));
    const row = item && KG.id("entry-" + item.number);
    if (row) {
      row.classList.add("kg-entry-chosen");
      row.scrollIntoView({ block: "nearest" });
    }
  };

  /* One association that is the same on both sides, or that has no place in the list. */
  KG.fillDetail = function (place) {
    const box = KG.id("detail");
    box.hidden = place === null;
    if (place === null) { return box.replaceChildren(); }
    const item = KG.data.associations[place];
    const close = KG.closer(() => KG.choose(null));
    box.replaceChildren(make("div", { class: "kg-panel-head" }, make("h2", {}, withCount(item)), close),
      ...[0, 1].map((side) => sideBlock(side, [KG.data.sides[side].group_of[place]])));
  };

  KG.fillTable = function () {
    const differing = new Set(KG.data.differences.flatMap((item) => item.members));
    const rows = KG.places.filter(KG.isInside).map(function (place) {
      const groups = [0, 1].map((side) => withCount(KG.groupAt(side, place)));
      return KG.row(withCount(KG.data.associations[place]), ...groups, differing.has(place) ? KG.text("differs") : "");
    });
    KG.id("all-rows").replaceChildren(make("table", {},
      KG.headRow(KG.text("member"), KG.data.sides[0].label, KG.data.sides[1].label, KG.text("table_differs")), make("tbody", {}, ...rows)));
  };
})();
