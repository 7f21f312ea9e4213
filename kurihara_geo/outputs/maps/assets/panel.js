/* The information panel: the plan at a glance, or what stands behind the area chosen. */
(function () {
  const make = KG.make;
  let opener = null;

  function fact(label, ...content) {
    return [make("dt", {}, label), make("dd", {}, ...content)];
  }

  function swatch(name) {
    return make("span", { class: "kg-mark kg-mark-" + name, "aria-hidden": "true" });
  }

  function heading(text) {
    const close = make("button", { type: "button", class: "kg-close", "aria-label": KG.text("close") }, "×");
    close.addEventListener("click", KG.closePanel);
    return make("div", { class: "kg-panel-head" }, make("h2", {}, text), close);
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
    if (!known.length) { return [make("div", {}, swatch("council-" + district.status), KG.text("council_" + district.status))]; }
    return known.map((item) => make("div", {}, swatch("council-" + item.status),
      [item.name, KG.text("council_" + item.status), item.founded && KG.text("founded", { d: item.founded })].filter(Boolean).join(" · ")));
  }

  function districtFacts(members) {
    const names = [...new Set(members.map((member) => member.district).filter(Boolean))];
    const rows = [];
    if (names.length) {
      const note = names.length > 1 ? [make("strong", { class: "kg-flag" }, KG.text("crosses_districts"))] : [];
      rows.push(...fact(KG.text("district"), ...names.map((name) => make("div", {}, name)), ...note));
    }
    const councils = names.flatMap((name) => council(name));
    if (councils.length) { rows.push(...fact(KG.text("council"), ...councils)); }
    return rows;
  }

  function metres(value) {
    return value === null ? "" : KG.number(value) + " m";
  }

  function memberTable(group, members) {
    const head = make("tr", {}, ...["member", "households_word", "distance"].map((key) => make("th", { scope: "col" }, KG.text(key))));
    const rows = members.map((member) => make("tr", {},
      make("th", { scope: "row" }, ...(member.small ? [swatch("below")] : []), member.name),
      make("td", {}, KG.number(member.households)), make("td", {}, metres(member.distance_m))));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  }

  function reasons(group) {
    const texts = [...new Set(group.reasons.map((item) => item.text))];
    return texts.map(function (text) {
      const names = group.reasons.filter((item) => item.text === text).map((item) => item.name);
      const whom = texts.length > 1 ? [make("p", { class: "kg-small" }, names.join("、"))] : [];
      return make("div", { class: "kg-reason" }, make("strong", {}, KG.text("reason")), ...whom, make("p", {}, text || KG.text("no_reason")));
    });
  }

  KG.openGroup = function (number, from) {
    const group = KG.data.groups[number];
    const members = group.members.map((member) => KG.data.associations[member]);
    const many = members.length > 1;
    const mark = { merged: "merged", unchanged: "unchanged", below_floor: "below" }[group.status];
    const status = make("p", { class: "kg-status" }, swatch(mark), KG.text("status_" + group.status));
    if (group.colour) { status.firstChild.style.background = group.colour; }
    const now = members.map((member) => KG.number(member.households)).join(" + ");
    const facts = [
      ...(many ? fact(KG.text("added_up"), now + " → ", make("strong", {}, KG.text("households", { n: KG.number(group.households) }))) : []),
      ...(group.population === null ? [] : fact(KG.text("population"), KG.text("people", { n: KG.number(group.population) }))),
      ...(group.floor_reason ? fact(KG.text("own_floor"), KG.text("own_floor_text", { floor: group.floor, reason: group.floor_reason })) : []),
      ...fact(KG.text("meeting_place"), group.meeting_place),
      ...districtFacts(members),
      ...fact(KG.text("code"), group.id),
    ];
    const table = many ? [make("h3", {}, KG.text("members", { n: members.length })), memberTable(group, members),
      make("p", { class: "kg-small" }, KG.text("distance_note") + " " + KG.text("proposed_name"))] : [];
    open("group", from, heading(group.name), make("p", { class: "kg-big" }, KG.text("households", { n: KG.number(group.households) })),
      status, ...reasons(group), make("dl", {}, ...facts), ...table);
  };

  KG.openAssociation = function (number, from) {
    const item = KG.data.associations[number];
    const group = KG.data.groups[item.group];
    const go = make("button", { type: "button", class: "kg-go" }, KG.text("show_group"));
    go.addEventListener("click", function () {
      KG.setState("after");
      KG.select(item.group, null);
    });
    open("association", from, heading(item.name),
      make("p", { class: "kg-big" }, KG.text("households", { n: KG.number(item.households) })),
      make("p", { class: "kg-status" }, swatch(item.small ? "below" : "unchanged"), KG.text(item.small ? "status_small" : "status_ok", { floor: item.floor })),
      make("dl", {},
        ...(item.population === null ? [] : fact(KG.text("population"), KG.text("people", { n: KG.number(item.population) }))),
        ...districtFacts([item]),
        ...fact(KG.text("joins"), group.name + " (" + KG.text("status_" + group.status) + ", " +
          KG.text("households", { n: KG.number(group.households) }) + ")"),
        ...fact(KG.text("code"), item.id)), go);
  };

  KG.openHall = function (hall, from) {
    const facts = ["kind", "capacity", "built"].filter((key) => hall[key]).flatMap((key) => fact(KG.text(key), hall[key]));
    open("hall", from, heading(hall.name), make("p", { class: "kg-status" }, swatch("hall"), KG.text("hall")), make("dl", {}, ...facts));
  };

  KG.openUninhabited = function (number, from) {
    const item = KG.data.uninhabited[number];
    open("uninhabited", from, heading(item.name),
      make("p", { class: "kg-status" }, swatch("uninhabited"), KG.text("status_uninhabited")));
  };

  function change(label, before, after) {
    return make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, KG.number(before)), make("td", {}, KG.number(after)));
  }

  function exemptRow(count) {
    return make("tr", {}, make("th", { scope: "row" }, KG.text("exempt_word")), make("td", {}), make("td", {}, KG.number(count)));
  }

  function leftList() {
    const left = KG.data.groups.map((group, number) => [group, number]).filter(([group]) => group.status === "below_floor");
    if (!left.length) { return [make("p", { class: "kg-good" }, KG.text("left_none"))]; }
    const rows = left.map(function ([group, number]) {
      const button = make("button", { type: "button", class: "kg-row" }, swatch("below"),
        make("span", {}, group.name), make("span", {}, KG.text("households", { n: KG.number(group.households) })));
      button.addEventListener("click", function () { KG.setState("after"); KG.select(number, null, true); });
      return make("li", {}, button);
    });
    return [make("h3", {}, KG.text("left_heading") + " (" + left.length + ")"), make("ul", { class: "kg-list" }, ...rows)];
  }

  KG.openOverview = function () {
    const s = KG.data.summary;
    const own = KG.data.notes.own_floors;
    const smallest = Math.min(...KG.data.associations.map((item) => item.households));
    const head = make("tr", {}, make("td", {}), make("th", { scope: "col" }, KG.text("before")), make("th", { scope: "col" }, KG.text("after")));
    fill("overview", make("h2", {}, KG.text("overview")),
      make("table", { class: "kg-change" }, make("thead", {}, head), make("tbody", {},
        change(KG.text("associations_word"), s.associations_before, s.associations_after),
        change(KG.text("small_word"), s.small_before, s.small_after),
        ...(s.exempt_left_below ? [exemptRow(s.exempt_left_below)] : []),
        change(KG.text("smallest_word"), smallest, s.smallest_group))),
      make("p", {}, KG.text("changed_word") + ": " + KG.number(s.associations_changed)),
      ...(own ? [make("p", {}, KG.text("own_floors_word") + ": " + KG.number(own))] : []),
      ...leftList(), make("p", { class: "kg-small" }, KG.text("overview_hint")));
  };

  KG.closePanel = function () {
    const back = opener;
    opener = null;
    KG.clearHighlight();
    KG.openOverview();
    if (back && back.isConnected) { back.focus({ preventScroll: true }); }
  };
})();
