"""Explanations say, in numbers that can be checked, why a group is as it is."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError
from tests.towns import bar_border, draw_town, exact_borders

FREE = kg.MergeRules(min_households=50, max_members=None)


def plan_of(town, rules=FREE, borders=None):
    """Make the plan of a drawn town."""
    return kg.propose_mergers(town, rules, borders=exact_borders(town) if borders is None else borders)


def test_a_merger_names_the_next_best_partner_and_its_price():
    """a80 - v20 - b60, 500 m apart: v walks 500 m either way (20 x 500), so a and b tie, and the lottery decides."""
    plan = plan_of(draw_town("avb", {"a": 80, "v": 20, "b": 60}))
    group = next(ids for ids in plan.groups["member_ids"] if len(ids) > 1)
    other = ({"a", "b"} - set(group)).pop()
    said = kg.explain_merger(plan, "v")
    households = {"a": 80, "b": 60}[other]
    assert f"  架空{other.upper()}区({households}世帯)と組んでも、同じだけ良い案になります。" in said.ja
    assert "  どの案にするかは、くじで決めました。" in said.ja
    assert f"  With 架空{other.upper()}区 ({households} households) it is equally good." in said.en
    assert "  The lottery decided among these." in said.en


def long_one_between_two_rows():
    """Draw b c d above and e f g below a long x20 in the middle, every other one of 60."""
    return draw_town("bcd/xxx/efg".replace("/", "\n"), dict.fromkeys("bcdefg", 60) | {"x": 20})


def test_equally_good_partners_are_not_told_of_as_worse():
    """Bcd / xxx / efg: c and f are 500 m from x, the others 707 m: two are equally good, and four tie behind them."""
    said = kg.explain_merger(plan_of(long_one_between_two_rows()), "x")
    assert sum("いちばん良い案の一つです。" in line for line in said.ja) == 1
    assert sum("同じだけ良い案になります。" in line for line in said.ja) == 1
    assert "  ほかに1の相手が考えられますが、これらより良くはなりません。" in said.ja
    assert sum(line.endswith("the plan of the whole city is one of the best.") for line in said.en) == 1
    assert sum(line.endswith("it is equally good.") for line in said.en) == 1
    assert "  1 more would not be better." in said.en


def test_more_partners_are_told_of_as_worse_where_they_are():
    """A row with a link from v20 to each, one farther than the other: the nearest is best, the farthest worse still."""
    town = draw_town("vabcde", dict.fromkeys("abcde", 60) | {"v": 20})
    borders = exact_borders(town)
    for other in "bcde":
        borders = kg.add_link(borders, "v", other, associations=town, reason="橋")
    said = kg.explain_merger(plan_of(town, borders=borders), "v")
    assert "架空A区(60世帯)と組むのが、まち全体でいちばん良い案です。" in said.ja
    assert "  ほかに1の相手が考えられますが、どれもさらに不利です。" in said.ja
    assert "  1 more would be worse still." in said.en


def test_partners_bound_by_the_rules_are_not_told_of_as_chosen():
    """a60 - b20 bound together: the rules made the group, so that nothing is said to be best."""
    said = kg.explain_merger(plan_of(draw_town("ab", {"a": 60, "b": 20}), FREE.replace(together=[["a", "b"]])), "a")
    assert "架空A区、架空B区は同じ組にすると指定されています。" in said.ja
    assert not any("いちばん良い案" in line for line in said.ja)


def test_the_price_of_another_partner_is_in_the_text():
    """v20 is 500 m from b60 and, with a hole between, 1,000 m from a70 by link: 20 x 500 = 10,000 household-m more.

    All three associations are then in another group: 10,000 over 150 households are 67 m for each. As planned, the 80
    households of b and v travel 125 m on average.
    """
    town = draw_town("a.vb", {"a": 70, "v": 20, "b": 60})
    borders = kg.add_link(exact_borders(town), "a", "v", associations=town, reason="橋")
    said = kg.explain_merger(plan_of(town, borders=borders), "v")
    assert any(line.endswith("いちばん遠い自治会から直線で500m(1世帯あたり平均125m)です。") for line in said.ja)
    each = "(組が変わる世帯の1世帯あたり67m)"
    assert f"  架空A区(70世帯)と組む場合は、集会場所への移動が10,000世帯・m{each}増えます。" in said.ja
    each = "(67 m for each household whose group changes)"
    grown = f"travel to the meeting places would grow by 10,000 household-m {each}"
    assert f"  With 架空A区 (70 households), {grown}." in said.en
    assert said.options["v"].loc["a", "changed_households"] == 150
    assert said.options["v"].loc["a", "price_travel"] == 10_000


def test_a_group_of_many_small_ones_has_a_line_for_each():
    """Five of 10 in a row, all needed to reach 50; f60 beyond the last could take any of them with those between.

    f touches e only: for e its name is enough, for a the whole group that joins the two is named.
    """
    town = draw_town("abcdef", dict.fromkeys("abcde", 10) | {"f": 60})
    said = kg.explain_merger(plan_of(town), "a")
    assert sum("相手が必要です。" in line for line in said.ja) == 1
    assert "この組が、まち全体でいちばん良い案です。" in said.ja
    of_each = [line for line in said.ja if line.startswith("  架空")]
    assert [line[2:6] for line in of_each] == ["架空A区", "架空B区", "架空C区", "架空D区", "架空E区"]
    assert "(組: 架空A区・架空B区・架空C区・架空D区・架空E区・架空F区)" in of_each[0]
    assert of_each[4].startswith("  架空E区(10世帯): 架空F区(60世帯)と組むと、")
    assert len(said.ja) <= 10
    assert len(said.en) == len(said.ja)


def test_a_neighbour_beyond_a_wall_is_named_with_the_wall():
    """v20 touches a60 in its own district and b60 in another: with b it cannot merge."""
    districts = {"a": "西小", "v": "西小", "b": "東小"}
    town = draw_town("avb", {"a": 60, "v": 20, "b": 60}, former_school_district=districts)
    said = kg.explain_merger(plan_of(town, FREE.replace(keep_within=["former_school_district"])), "v")
    assert "  隣の架空B区(60世帯)とは、「旧小学校区をまたがない」の条件のため組めません。" in said.ja


def test_a_group_with_a_floor_of_its_own_says_why():
    """a10 - b20 on an island reach 30, which is enough by a written exception."""
    town = draw_town("ab", {"a": 10, "b": 20})
    exception = {"ids": ["a"], "min_households": 30, "reason": "冬は峠を越えられない"}
    said = kg.explain_merger(plan_of(town, FREE.replace(lower_floors=[exception])), "a")
    assert "この組の下限は30世帯です(冬は峠を越えられない)。" in said.ja


def test_one_that_is_blocked_names_the_minimal_set_of_rules():
    """Three of 20 in a row with at most 2 members: the cap blocks all of them, and 3 members free them."""
    said = kg.explain_merger(plan_of(draw_town("abc", 20), FREE.replace(max_members=2)), "a")
    assert "「構成2自治会以内」の条件では下限に届きません。この条件がなければ届きます。" in said.ja
    assert said.relaxations is not None
    best = said.relaxations.iloc[0]
    assert (best.name, bool(best["frees"]), int(best["price_below_floor"])) == ("max_members:3", True, -60)


def test_two_rules_that_block_only_together_are_both_named():
    """v20 lies between a40 (another district) and b20: with a 60, with b 40 and c 20 behind it 60, but the cap is 2."""
    districts = {"a": "西小", "v": "東小", "b": "東小", "c": "東小"}
    town = draw_town("avbc", {"a": 40, "v": 20, "b": 20, "c": 20}, former_school_district=districts)
    rules = FREE.replace(keep_within=["former_school_district"], max_members=2)
    said = kg.explain_merger(plan_of(town, rules), "v", relaxations=False)
    assert any("旧小学校区をまたがない・構成2自治会以内" in line for line in said.ja)
    assert any("どれか一つがなければ" in line for line in said.ja)


def test_one_that_was_traded_off_names_who_would_be_left_instead():
    """a30 and b21 are both next to v30 only, at most two members: av is 60, bv 51; leaving b costs 21, leaving a 30."""
    plan = plan_of(draw_town("avb", {"a": 30, "v": 30, "b": 21}), FREE.replace(max_members=2))
    said = kg.explain_merger(plan, "b", relaxations=False)
    assert "ここだけを見れば、下限に届く組み合わせはあります。" in said.ja
    assert "代わりに 架空A区(30世帯) が下限未満で残るためです。" in said.ja
    assert any("下限未満に残る世帯が9増え" in line for line in said.ja)


def test_a_barred_border_is_a_cause_and_opening_it_a_cure():
    """v20 has one neighbour, across a river without a bridge."""
    town = draw_town("av", {"a": 60, "v": 20})
    said = kg.explain_merger(plan_of(town, borders=bar_border(exact_borders(town), "a", "v")), "v")
    assert any("通行できない境界" in line for line in said.ja)
    assert said.relaxations is not None
    assert bool(said.relaxations.loc["barred_borders", "frees"])


def test_an_exempt_association_says_its_reason():
    """v20 may stay small, and nothing is to be loosened."""
    rules = FREE.replace(exempt={"v": "離島のため"}, unchanged=["b"])
    said = kg.explain_merger(plan_of(draw_town("vb", {"v": 20, "b": 60}), rules), "v")
    assert any("離島のため" in line for line in said.ja)


def test_an_unchanged_association_says_that_it_is_large_enough():
    """a60 stays as it is because it may."""
    said = kg.explain_merger(plan_of(draw_town("ab", 60)), "a")
    assert "架空A区(60世帯)は下限の50世帯以上" in said.ja[0]


def test_a_large_one_names_the_neighbour_that_is_left():
    """b60 - x10 kept apart: x is left below, so it is not said that no neighbour needed b."""
    town = draw_town("bx", {"b": 60, "x": 10})
    said = kg.explain_merger(plan_of(town, FREE.replace(apart=[["b", "x"]])), "b")
    assert "架空B区(60世帯)は下限の50世帯以上なので、このまま変わりません。" in said.ja
    neighbour = "隣の架空X区(10世帯)は、下限に届かないまま残ります。"
    assert f"{neighbour}なぜ残るかは、その自治会の説明をご覧ください。" in said.ja
    assert "Its neighbour 架空X区 (10 households) is left below the floor; explain_merger of it says why." in said.en
    assert "no neighbour needed it" not in said.text("en")


def test_a_large_one_names_the_neighbour_that_is_left_behind_a_river():
    """b60 - x10 with the border barred: x is left below, and it is b's neighbour all the same."""
    town = draw_town("bx", {"b": 60, "x": 10})
    said = kg.explain_merger(plan_of(town, borders=bar_border(exact_borders(town), "b", "x")), "b")
    assert any("隣の架空X区(10世帯)は、下限に届かないまま残ります。" in line for line in said.ja)


def test_a_large_one_under_a_ban_says_so():
    """b60 is banned from merging for a written reason: that, and not its size, is why it stays."""
    ban = {"ids": ["b"], "ban": True, "reason": "係争中"}
    said = kg.explain_merger(plan_of(draw_town("bx", {"b": 60, "x": 10}), FREE.replace(obstacles=[ban])), "b")
    assert said.ja == ("架空B区(60世帯)は、支障があるため、ほかの自治会とは組まないと指定されています(係争中)。",)
    assert "(係争中)" in said.text("en")


def test_a_group_is_found_by_its_id_or_a_members():
    """The same text for the group and for each member; an unknown id is refused by name."""
    plan = plan_of(draw_town("ab", 30))
    assert kg.explain_merger(plan, "a").ja == kg.explain_merger(plan, "b").ja
    with pytest.raises(InputError, match="'x'"):
        kg.explain_merger(plan, "x")


def test_hostile_names_are_not_markup_in_the_notebook():
    """A name with a tag is shown to the letter."""
    town = draw_town("ab", 30)
    town.loc["a", "name"] = "<img src=x onerror=alert(1)>"
    view = kg.explain_merger(plan_of(town), "a")._repr_html_()
    assert "<img" not in view
    assert "&lt;img" in view


def test_the_price_of_each_rule_is_what_the_plan_without_it_saves():
    """Three of 20, and d60 beyond a wall, with at most two members: what the cap and what the wall cost."""
    districts = dict.fromkeys("abc", "西小") | {"d": "東小"}
    town = draw_town("abcd", {"a": 20, "b": 20, "c": 20, "d": 60}, former_school_district=districts)
    prices = kg.price_of_rules(plan_of(town, FREE.replace(max_members=2, keep_within=["former_school_district"])))
    # Without the cap abc is one group of 60: nobody is left. Without the wall cd and ab: ab has 40 and stays below.
    assert prices.loc["max_members", "price_below_floor"] == 60
    assert prices.loc["keep_within:former_school_district", "price_below_floor"] == 60 - 40
    assert prices["proven"].all()
