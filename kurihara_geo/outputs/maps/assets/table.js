/* All groups as a table: the map in words, for screen readers, for paper, and for those who look for a name. */
(function () {
  const make = KG.make;
  let order = { key: "number", down: false };

  function membersOf(group) {
    return group.members.map((member) => KG.data.associations[member]);
  }

  function line(group, index) {
    const members = membersOf(group);
    const before = members.map((member) => KG.count(member.households)).join(" + ");
    return {
      index: index, group: group, number: group.number || index + 1, name: group.name, district: KG.homeOf(group),
      status: KG.text("status_" + group.status), households: group.households, before: before,
      members: members.map((member) => member.name).join("、"),
    };
  }

  const compare = {
    number: (a, b) => a.number - b.number,
    name: (a, b) => a.name.localeCompare(b.name, "ja"),
    district: (a, b) => a.district.localeCompare(b.district, "ja"),
    status: (a, b) => a.status.localeCompare(b.status, "ja"),
    households: (a, b) => (typeof a.households === "number" ? a.households : -1) - (typeof b.households === "number" ? b.households : -1),
  };

  function isWanted(item, wanted) {
    return KG.isInside(item.group) && (!wanted || KG.fold(item.name + item.members).includes(wanted));
  }

  function row(item) {
    const button = KG.choice("kg-to-map", function () {
      KG.openTable(false);
      KG.setState("after");
      KG.select(item.index, KG.id("table-button"), true);
    }, item.name);
    const after = item.group.members.length > 1 ? [make("span", { class: "kg-before" }, item.before + " → "), make("strong", {}, KG.count(item.households))]
      : [make("strong", {}, KG.count(item.households))];
    return make("tr", {},
      make("td", { class: "kg-no" }, String(item.number)), make("th", { scope: "row" }, button, make("span", { class: "kg-where" }, [item.district, item.status].filter(Boolean).join(" · "))),
      make("td", { class: "kg-col-district" }, item.district), make("td", { class: "kg-col-status" }, item.status),
      make("td", {}, item.group.members.length > 1 ? item.members : ""), make("td", { class: "kg-figures" }, ...after));
  }

  function head() {
    const columns = [["number", "table_number"], ["name", "table_name"], ["district", "district"], ["status", "status"],
      [null, "table_members"], ["households", "table_households"]];
    return make("tr", {}, ...columns.map(function ([key, text]) {
      const cell = make("th", { scope: "col", class: "kg-col-" + key });
      if (!key || KG.paper) {
        cell.append(KG.text(text));
        return cell;
      }
      const sorted = order.key === key;
      cell.setAttribute("aria-sort", sorted ? (order.down ? "descending" : "ascending") : "none");
      const mark = make("span", { "aria-hidden": "true" }, sorted ? (order.down ? " ▼" : " ▲") : "");
      const button = make("button", { type: "button", "data-sort": key }, KG.text(text), mark);
      button.addEventListener("click", function () {
        order = { key: key, down: sorted && !order.down };
        KG.fillTable();
        KG.id("table").querySelector("[data-sort=" + key + "]").focus();
      });
      cell.append(button);
      return cell;
    }));
  }

  /* On paper the district stands once above its groups. */
  function bodies(found) {
    if (!KG.paper) { return [make("tbody", {}, ...found.map(row))]; }
    const names = [...new Set(found.map((item) => item.district))];
    return names.map(function (name) {
      const title = name ? [make("tr", {}, make("th", { scope: "rowgroup", colspan: "5", class: "kg-rowgroup" }, name))] : [];
      return make("tbody", {}, ...title, ...found.filter((item) => item.district === name).map(row));
    });
  }

  KG.fillTable = function () {
    const items = KG.data.groups.map(line);
    const wanted = KG.paper ? "" : KG.fold(KG.id("table-filter").value);
    const by = KG.paper ? { key: "number", down: false } : order;
    const found = items.filter((item) => isWanted(item, wanted)).sort((a, b) =>
      (by.down ? -1 : 1) * compare[by.key](a, b) || a.number - b.number);
    const s = KG.summarise(KG.district);
    const caption = (KG.district === null ? "" : s.name + " ") + KG.text("table_caption", { n: KG.number(found.length) });
    KG.id("table-body").replaceChildren(make("table", { class: "kg-groups-table" }, make("caption", {}, caption),
      make("thead", {}, head()), ...bodies(found)));
    setTabs();
  };

  /* A closed table is read by screen readers but is no tab stop. */
  function setTabs() {
    const open = document.body.classList.contains("kg-table-open");
    KG.id("table").querySelectorAll("button, input").forEach((one) => { one.tabIndex = open ? 0 : -1; });
  }

  KG.openTable = function (open) {
    if (open === document.body.classList.contains("kg-table-open")) { return; }
    document.body.classList.toggle("kg-table-open", open);
    KG.id("table-button").setAttribute("aria-expanded", String(open));
    setTabs();
    if (open) { KG.id("table-title").focus(); } else { KG.id("table-button").focus(); }
  };

  KG.startTable = function () {
    const button = KG.id("table-button");
    button.addEventListener("click", () => KG.openTable(button.getAttribute("aria-expanded") !== "true"));
    KG.id("table-close").addEventListener("click", () => KG.openTable(false));
    KG.id("table-filter").placeholder = KG.text("table_filter");
    KG.id("table-close").setAttribute("aria-label", KG.text("close"));
    KG.id("table-filter").addEventListener("input", function () {
      KG.fillTable();
      KG.say(KG.id("table").querySelector("caption").textContent);
    });
    KG.fillTable();
  };
})();
