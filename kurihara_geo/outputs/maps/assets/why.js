/* What stands behind a group or an association: the reasons, other ways, what would help, neighbours, households by year. */
(function () {
  const make = KG.make;
  const FIRST_LINES = 2;
  const FIRST_NEIGHBOURS = 8;

  /* A line that begins with spaces belongs to the one before it. */
  function sentence(text) {
    return make("p", text.startsWith("  ") ? { class: "kg-sub" } : {}, text.trim());
  }

  function folded(label, ...content) {
    return make("details", { class: "kg-more" }, make("summary", {}, label), ...content);
  }

  function title(key, values) {
    return make("h3", {}, KG.text(key, values));
  }

  KG.whyText = function (group) {
    const found = group.explanation;
    const heading = { below_floor: "why_left", unchanged: "why_alone" }[group.status] || "why";
    if (!found || !found.lines.length) { return []; }
    const first = found.lines.slice(found.told, found.told + FIRST_LINES);
    const all = first.length < found.lines.length ? [folded(KG.text("more"), ...found.lines.map(sentence))] : [];
    return [make("section", { class: "kg-why" + (group.status === "below_floor" ? " kg-reason" : "") }, title(heading),
      ...first.map(sentence), ...all)];
  };

  function cost(lines, exact) {
    const note = make("p", { class: "kg-small" }, KG.text(exact ? "exact" : "at_most"));
    return [make("p", { class: "kg-small" }, KG.text("compared")), ...lines.map((line) => make("p", {}, line)), note];
  }

  function alternative(found) {
    const head = found.alone ? KG.text("alternative_alone") : KG.text("alternative_with", { name: found.partner });
    const item = make("li", {}, make("p", { class: "kg-option" }, head));
    if (found.blocked) {
      item.append(make("p", {}, KG.text("alternative_not", { reason: found.blocked })));
      return item;
    }
    if (!found.alone) {
      const sum = found.households === null ? "" : KG.text("alternative_sum", { n: KG.count(found.households) });
      item.append(make("p", { class: "kg-option-sum" }, sum));
      if (found.members.length > 2) { item.append(make("p", {}, KG.text("alternative_group", { names: found.members.join("・") }))); }
    }
    item.append(...cost(found.cost, found.exact));
    return item;
  }

  KG.alternatives = function (group) {
    const found = group.explanation;
    if (!found || (group.members.length < 2 && group.status !== "below_floor")) { return []; }
    if (!found.alternatives.length) { return group.status === "below_floor" ? [] : [title("alternatives"), make("p", {}, KG.text("alternatives_none"))]; }
    const members = [...new Set(found.alternatives.map((item) => item.for))];
    const lists = members.flatMap(function (member) {
      const own = found.alternatives.filter((item) => item.for === member);
      const whose = members.length > 1 || group.members.length > 1 ? [make("h4", {}, KG.text("alternative_of", { name: KG.data.associations[member].name }))] : [];
      return [...whose, make("ul", { class: "kg-options" }, ...own.map(alternative))];
    });
    const more = found.more ? [make("p", { class: "kg-small" }, KG.text("alternatives_more", { n: found.more }))] : [];
    return [title("alternatives"), ...lists, ...more];
  };

  KG.frees = function (group) {
    const found = group.explanation && group.explanation.frees;
    if (!found) { return []; }
    if (!found.length) { return [title("frees"), make("p", {}, KG.text("frees_none"))]; }
    return [title("frees"), make("ul", { class: "kg-options" }, ...found.map(function (item) {
      return make("li", {}, make("p", { class: "kg-option" }, item.text), make("p", { class: "kg-small" }, KG.text("compared")),
        ...item.cost.map((line) => make("p", {}, line)));
    }))];
  };

  function neighbour(own, [number, barred, link]) {
    const item = KG.data.associations[number];
    const notes = [];
    if (item.group === own.group) { notes.push(KG.text("same_group")); }
    const by = barred >= 0 ? KG.data.barred[barred].by : "";
    if (barred >= 0) { notes.push(by ? KG.text("barred_to", { by: by }) : KG.text("barred")); }
    if (link >= 0) { notes.push(KG.text("link_to")); }
    return make("li", {}, KG.choice("kg-row", () => KG.goTo("associations", number),
      KG.mark(barred >= 0 ? "barred" : link >= 0 ? "links" : item.small ? "below" : "unchanged"),
      make("span", {}, item.name, ...(notes.length ? [make("small", {}, notes.join(" · "))] : [])),
      make("span", {}, KG.households(item.households))));
  }

  KG.neighbours = function (own) {
    if (!own.neighbours.length) { return [make("p", { class: "kg-small" }, KG.text("neighbours_none"))]; }
    const rows = own.neighbours.map((entry) => neighbour(own, entry));
    const rest = rows.slice(FIRST_NEIGHBOURS);
    return [title("neighbours", { n: rows.length }), make("ul", { class: "kg-list" }, ...rows.slice(0, FIRST_NEIGHBOURS)),
      ...(rest.length ? [folded(KG.text("more"), make("ul", { class: "kg-list" }, ...rest))] : [])];
  };

  function yearRow(label, text, value, floor) {
    const short = value !== null && value < floor;
    const verdict = value === null ? "" : KG.text(short ? "falls_short" : "reaches");
    const row = KG.row(label, text, verdict);
    if (short) { row.className = "kg-short"; }
    return row;
  }

  function between(item, place) {
    const low = item.low && item.low[place];
    const high = item.high && item.high[place];
    if (low === undefined || low === null || high === undefined || high === null) { return ""; }
    return " (" + KG.text("range", { low: KG.number(low), high: KG.number(high) }) + ")";
  }

  /* The years as a table: past counts, today, estimates. */
  function outlook(today, byYear, floor) {
    const years = KG.data.outlook_years || [];
    if (!byYear || !byYear.middle || typeof today !== "number") { return []; }
    const rows = years.map((year, place) => [year, byYear.middle[place], place]).filter(([, value]) => value !== null);
    if (!rows.length) { return []; }
    const head = KG.headRow(...["year", "households_word", "against_floor"].map((key) => KG.text(key, { floor: floor })));
    const made = Number(KG.data.notes.made.slice(0, 4));
    const lines = rows.map(([year, value, place]) => yearRow(String(year), KG.number(value) + between(byYear, place), value, floor));
    lines.splice(rows.filter(([year]) => year <= made).length, 0, yearRow(KG.text("today_row"), KG.number(today), today, floor));
    const later = rows.some(([year]) => year > made) ? [make("p", { class: "kg-small" }, KG.text("outlook_note"))] : [];
    return [title("outlook"), make("table", { class: "kg-years" }, head, make("tbody", {}, ...lines)), ...later];
  }

  KG.associationOutlook = (item) => outlook(item.households, item.outlook, item.floor);

  KG.groupOutlook = function (group, members) {
    const known = members.every((member) => member.outlook && member.outlook.middle);
    if (!known) { return []; }
    const sums = (KG.data.outlook_years || []).map(function (_year, place) {
      const values = members.map((member) => member.outlook.middle[place]);
      return values.includes(null) ? null : values.reduce((sum, value) => sum + value, 0);
    });
    return outlook(group.households, { middle: sums }, group.floor);
  };
})();
