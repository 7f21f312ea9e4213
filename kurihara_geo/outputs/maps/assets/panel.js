/* The information panel: the plan at a glance, or what stands behind what was chosen. */
(function () {
  const make = KG.make;
  let opener = null;

  function fact(label, ...content) {
    return [make("dt", {}, label), make("dd", {}, ...content)];
  }

  function heading(text, number) {
    const badge = number ? [make("span", { class: "kg-number" }, KG.text("number_of_group", { n: number }))] : [];
    return make("div", { class: "kg-panel-head" }, ...badge, make("h2", {}, text), KG.closer(KG.closePanel));
  }

  function fill(kind, ...content) {
    const panel = KG.id("panel");
    panel.dataset.kind = kind;
    panel.replaceChildren(...content);
    panel.scrollTop = 0;
    if (kind !== "overview" && KG.isNarrow()) { KG.id("legend").open = false; }
  }

  function open(kind, from, ...content) {
    opener = from || null;
    fill(kind, ...content);
    if (opener) { KG.id("panel").focus({ preventScroll: true }); }
  }

  function council(name) {
    const district = (KG.data.districts || []).find((item) => item.name === name);
    if (!district || !district.status) { return []; }
    const known = district.councils.filter((item) => item.name || item.status !== "none");
    if (!known.length) { return [make("div", {}, KG.mark("council-" + district.status), KG.text("council_" + district.status))]; }
    return known.map((item) => make("div", {}, KG.mark("council-" + item.status),
      [item.name, KG.text("council_" + item.status), item.founded && KG.text("founded", { d: item.founded })].filter(Boolean).join(" · ")));
  }

  function districtFacts(members) {
    const names = [...new Set(members.map((member) => member.district).filter(Boolean))];
    const rows = [];
    if (names.length) {
      const note = names.length > 1 ? [make("strong", { class: "kg-flag" }, KG.text("crosses_districts"))] : [];
      rows.push(...fact(KG.text("district"), ...names.map((name) => make("div", {}, name)), ...note));
    }
    const own = [...new Set(members.map((member) => member.council).filter(Boolean))].map((name) => make("div", {}, name));
    const councils = names.flatMap((name) => council(name));
    if (councils.length || own.length) { rows.push(...fact(KG.text("council"), ...(councils.length ? councils : own))); }
    return rows;
  }

  function hallFacts(numbers) {
    if (!KG.data.halls) { return []; }
    const names = KG.data.halls.filter((hall) => numbers.includes(hall.association)).map((hall) => make("div", {}, KG.mark("hall"), hall.name));
    return fact(KG.text("halls_of_members"), ...(names.length ? names : [KG.text("halls_none")]));
  }

  function peopleFact(people) {
    return people === null ? [] : fact(KG.text("population"), typeof people === "number" ? KG.text("people", { n: KG.number(people) }) : KG.count(people));
  }

  function metres(value) {
    return value === null ? "" : KG.number(value) + " m";
  }

  function memberTable(group, members) {
    const head = KG.headRow(...["member", "households_word", "distance"].map((key) => KG.text(key)));
    const rows = members.map((member) => make("tr", {},
      make("th", { scope: "row" }, ...(member.small ? [KG.mark("below")] : []), member.name),
      make("td", {}, KG.count(member.households)), make("td", {}, metres(member.distance_m))));
    const sum = KG.row(KG.text("becomes"), KG.count(group.households), "");
    return make("table", { class: "kg-members" }, head, make("tbody", {}, ...rows), make("tfoot", {}, sum));
  }

  function reasons(group) {
    if (group.explanation && group.explanation.lines.length) { return []; }
    const texts = [...new Set(group.reasons.map((item) => item.text))];
    const note = KG.data.audience === "public" ? [make("p", { class: "kg-small" }, KG.text("public_reasons"))] : [];
    return texts.map(function (text) {
      const names = group.reasons.filter((item) => item.text === text).map((item) => item.name);
      const whom = texts.length > 1 ? [make("p", { class: "kg-small" }, names.join("、"))] : [];
      return make("div", { class: "kg-reason" }, make("strong", {}, KG.text("reason")), ...whom, make("p", {}, text || KG.text("no_reason")), ...note);
    });
  }

  function floorFact(group) {
    if (group.floor_reason) { return fact(KG.text("own_floor"), KG.text("own_floor_text", { floor: group.floor, reason: group.floor_reason })); }
    return group.floor === KG.data.summary.min_households ? [] : fact(KG.text("own_floor"), KG.text("households", { n: group.floor }));
  }

  function groupFacts(group, members) {
    return make("dl", {}, ...peopleFact(group.population), ...floorFact(group), ...fact(KG.text("meeting_place"), group.meeting_place),
      ...districtFacts(members), ...(group.crosses.length ? fact(KG.text("crosses"), group.crosses.join("、")) : []),
      ...hallFacts(group.members), ...fact(KG.text("code"), group.id));
  }

  KG.openGroup = function (number, from) {
    const group = KG.data.groups[number];
    const members = group.members.map((member) => KG.data.associations[member]);
    const many = members.length > 1;
    const status = make("p", { class: "kg-status" }, KG.mark({ merged: "merged", unchanged: "unchanged", below_floor: "below" }[group.status]), KG.text("status_" + group.status));
    if (group.colour) { status.firstChild.style.setProperty("--colour", KG.tone(group.colour)); }
    const now = members.map((member) => KG.count(member.households)).join(" + ");
    const change = many ? [make("p", { class: "kg-sum" }, KG.text("added_up") + " " + now)] : [];
    const table = many ? [make("h3", {}, KG.text("members", { n: members.length })), memberTable(group, members),
      make("p", { class: "kg-small" }, KG.text("distance_note") + " " + KG.text("proposed_name"))] : [];
    open("group", from, heading(group.name, group.number), make("p", { class: "kg-big" }, KG.households(group.households)), ...change,
      status, ...reasons(group), ...table, ...KG.whyText(group), groupFacts(group, members), ...KG.frees(group), ...KG.alternatives(group),
      ...KG.groupOutlook(group, members));
  };

  KG.openAssociation = function (number, from) {
    const item = KG.data.associations[number];
    const group = KG.data.groups[item.group];
    const go = KG.choice("kg-go", () => KG.goTo("groups", item.group), KG.text("show_group"));
    const joins = KG.text("number_of_group", { n: group.number }) + " " + group.name + " (" + KG.text("status_" + group.status) + ", " + KG.households(group.households) + ")";
    open("association", from, heading(item.name), make("p", { class: "kg-big" }, KG.households(item.households)),
      make("p", { class: "kg-status" }, KG.mark(item.small ? "below" : "unchanged"), KG.text(item.small ? "status_small" : "status_ok", { floor: item.floor })),
      make("dl", {}, ...peopleFact(item.population), ...districtFacts([item]), ...hallFacts([number]), ...fact(KG.text("joins"), joins),
        ...(item.distance_m === null ? [] : fact(KG.text("distance"), metres(item.distance_m))), ...fact(KG.text("code"), item.id)),
      go, ...KG.neighbours(item), ...KG.associationOutlook(item));
  };

  function openPoint(kind, place, from) {
    const owner = place.association === null ? [] : fact(KG.text("hall_of"), KG.data.associations[place.association].name);
    const facts = ["kind", "capacity", "built"].filter((key) => place[key]).flatMap((key) => fact(KG.text(key), place[key]));
    open(kind, from, heading(place.name), make("p", { class: "kg-status" }, KG.mark(kind), KG.text(kind)), make("dl", {}, ...facts, ...owner));
  }
  KG.openHall = (hall, from) => openPoint("hall", hall, from);
  KG.openSchool = (school, from) => openPoint("school", school, from);

  KG.openUninhabited = function (number, from) {
    const item = KG.data.uninhabited[number];
    open("uninhabited", from, heading(item.name),
      make("p", { class: "kg-status" }, KG.mark("uninhabited"), KG.text("status_uninhabited")));
  };

  function openBorder(kind, number, from) {
    const item = KG.data[kind][number];
    const word = KG.text(kind === "links" ? "link" : "barred");
    const names = [item.a, item.b].map((place) => KG.data.associations[place].name);
    open(kind, from, heading(KG.text("between", { a: names[0], b: names[1] })), make("p", { class: "kg-status" }, KG.mark(kind), word),
      make("dl", {}, ...(item.by ? fact(KG.text("barred_by"), item.by) : []), ...(item.reason ? fact(KG.text("reason"), item.reason) : []),
        ...fact(KG.text(kind === "links" ? "joins_word" : "parts_word"), ...names.map((name) => make("div", {}, name)))));
  }
  KG.openLink = (number, from) => openBorder("links", number, from);
  KG.openBarred = (number, from) => openBorder("barred", number, from);

  /* Go to an area of either state, from a button in the panel. */
  KG.goTo = function (name, number) {
    KG.clearHighlight();
    KG.setState(name === "groups" ? "after" : "before");
    KG.select(number, null, true);
    KG.id("panel").focus({ preventScroll: true });
  };

  function change(label, before, after) {
    return KG.row(label, KG.count(before), KG.count(after));
  }

  function exemptRow(count) {
    return KG.row(KG.text("exempt_word"), "", KG.number(count));
  }

  function leftList() {
    const left = KG.data.groups.map((group, number) => [group, number]).filter(([group]) => group.status === "below_floor" && KG.isInside(group));
    if (!left.length) { return [make("p", { class: "kg-good" }, KG.text("left_none"))]; }
    const rows = left.map(function ([group, number]) {
      return make("li", {}, KG.choice("kg-row", () => KG.goTo("groups", number), KG.mark("below"),
        make("span", {}, group.name), make("span", {}, KG.households(group.households))));
    });
    return [make("h3", {}, KG.text("left_heading") + " (" + left.length + ")"), make("ul", { class: "kg-list" }, ...rows)];
  }

  /* Links and barred borders as a list, for those who cannot point at a line. */
  function borderList(kind, show) {
    const rows = KG.data[kind].map(function (item, number) {
      const names = { a: KG.data.associations[item.a].name, b: KG.data.associations[item.b].name };
      const why = [item.by, item.reason].filter(Boolean).join(": ");
      return make("li", {}, KG.choice("kg-row", function (button) {
        if (item.spot) { KG.map.setView(item.spot, Math.max(KG.map.getZoom(), 14)); }
        show(number, button);
      }, KG.mark(kind), make("span", {}, KG.text("between", names), ...(why ? [make("small", {}, why)] : []))));
    });
    if (!rows.length) { return []; }
    return [make("details", { class: "kg-more" }, make("summary", {}, KG.text(kind + "_heading", { n: rows.length })), make("ul", { class: "kg-list" }, ...rows))];
  }

  function wholeRows() {
    const s = KG.data.summary;
    return KG.district === null ? [...(s.exempt_left_below ? [exemptRow(s.exempt_left_below)] : []),
      change(KG.text("smallest_word"), s.smallest_before, s.smallest_group)] : [];
  }

  function wholeNotes() {
    const own = KG.data.notes.own_floors;
    return KG.district === null ? [make("p", {}, KG.text("changed_word") + ": " + KG.number(KG.data.summary.associations_changed)),
      ...(own ? [make("p", {}, KG.text("own_floors_word") + ": " + KG.number(own))] : [])] : [];
  }

  KG.openOverview = function () {
    const s = KG.summarise(KG.district);
    const head = KG.headRow("", KG.text("before"), KG.text("after"));
    const people = KG.district === null ? KG.data.population : KG.data.districts[KG.district].population;
    fill("overview", make("h2", {}, KG.district === null ? KG.text("overview") : s.name),
      ...(KG.data.scenario ? [make("p", { class: "kg-small" }, KG.text("scenario") + ": " + KG.data.scenario)] : []),
      make("table", { class: "kg-change" }, head, make("tbody", {},
        change(KG.text("associations_word"), s.associations_before, s.associations_after),
        change(KG.text("small_word"), s.small_before, s.small_after), ...wholeRows())),
      make("dl", {}, ...fact(KG.text("households_word"), KG.households(s.households)), ...peopleFact(people === undefined ? null : people),
        ...(KG.district === null ? [] : councilFact(s.name))),
      ...wholeNotes(), ...leftList(), ...borderList("links", KG.openLink), ...borderList("barred", KG.openBarred),
      make("p", { class: "kg-small" }, KG.text("overview_hint")));
  };

  function councilFact(name) {
    const rows = council(name);
    return rows.length ? fact(KG.text("council"), ...rows) : [];
  }

  KG.closePanel = function () {
    const back = opener;
    opener = null;
    KG.clearHighlight();
    KG.openOverview();
    if (back && back.isConnected) { back.focus({ preventScroll: true }); }
  };
})();
