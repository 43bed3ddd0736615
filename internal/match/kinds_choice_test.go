package match

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// What the generator of kinds.txt takes from WordNet. A synset is named by a lemma
// and the number of its sense, as the wn command shows them.
const (
	// inRooms are the tops of trees of products which the lists below, or their
	// lexicographers' files, would leave out.
	inRooms = `framework#3 barrier#1 shelter#1 shelter#2 supporting_structure#1 shed#1 stairway#1 pen#3 step#4 playhouse#1 fence#1
		adhesive#1 fuel#1 bleach#2 pesticide#1 solvent#1 lubricant#1 vitamin#1 dietary_supplement#1 detergent#1 cleansing_agent#1 fertilizer#1
		book#2 magazine#2 mortar#2 plaster#1 charcoal#1 coloring_material#1 medicine#2 aquarium#1 greenhouse#1 cupboard#1 cabinet#1 locker#2 sauna#1 swimming_pool#1
		plug#1 picture_frame#1 game#9 doll#1 tarpaulin#1 flag#1 towel#1 napkin#1 handkerchief#1 hose#3 strap#1 poster#1 greeting_card#1 alcohol#1`

	// outRooms are trees of things that no household buys, or whose names say what
	// a product is made of or looks like rather than what it is.
	outRooms = `structure#1 way#6 facility#1 excavation#3 opening#10 creation#2 design#4 surface#1 line#18 block#1 fabric#1 building_material#1
		military_vehicle#1 weaponry#1 drug#1 mechanical_system#1 system#1 warship#1 cargo_ship#1 ship#1 railcar#1 memory_device#1 medium#1 circuit#1
		semiconductor_device#1 structural_member#1 weapon_of_mass_destruction#1 armored_vehicle#1 bomb#1 piece_of_cloth#1 stitch#1 sewing#2 rigging#1
		component#3 part#2 layer#1 printed_circuit#1 instrument_of_punishment#1 support_system#1 defensive_structure#1 track#3`

	// tooGeneral fit everything: they are kinds of nothing's.
	tooGeneral = `artifact#1 instrumentality#3 device#1 instrument#1 mechanism#5 machine#1 implement#1 container#1 conveyance#3 vehicle#1
		equipment#1 furnishing#2 structure#1 covering#2 commodity#1 consumer_goods#1 durables#1 creation#2 product#2 decoration#1 article#2
		ware#1 object#1 whole#2 way#6 mechanical_device#1 electrical_device#1 electronic_device#1 support#10 restraint#6 support#7
		food#1 food#2 foodstuff#2 nutriment#1 substance#1 material#1 matter#3 chemical#1 compound#2 agent#3 causal_agent#1 fluid#1 liquid#1
		supporting_structure#1 framework#3 obstruction#1 protective_covering#1 connection#3 system#1 medium#1 facility#1 area#5 surface#1
		fabric#1 sheet#6 line#18 cord#1 strip#2 plate#2 block#1 rod#1 bar#3 stick#1 tube#1 conduit#1 cloth_covering#1 coating#1 vessel#3 utensil#1
		self-propelled_vehicle#1 craft#2 dish#2 course#7 dainty#1 ingredient#3 flavorer#1 formulation#1 electronic_equipment#1 apparatus#1
		mixture#1 solid#1 part#2 component#3 assembly#1 thing#12 control#9 regulator#1 representation#2 art#1 work#2 publication#1 medicine#2 drug#1 fare#4 meal#1 starches#1 vessel#2 enclosure#1 piece_of_cloth#1 barrier#1 strip#2 shelter#2`

	// tooBroad are kinds that a notice may name, but of too many things for two of
	// them to be alike. Kinds with more than maxNarrow below are too broad anyway.
	tooBroad = `seat#3 chair#1 table#2 plaything#1 shoe#1 home_appliance#1 appliance#2 white_goods#1 kitchen_appliance#1 game#9 jewelry#1 box#1 bag#1 case#5 bottle#1
		cleansing_agent#1 toiletry#1 cosmetic#1 sports_equipment#1 game_equipment#1 sports_implement#1 headdress#1 musical_instrument#1
		measuring_instrument#1 footwear#1 book#2 receptacle#1 cutter#6 edge_tool#1 lamp#2 protective_garment#1 woman's_clothing#1 baked_goods#1 cake#3 bread#1 cheese#1
		heater#1 source_of_illumination#1 motor_vehicle#1 kitchen_utensil#1 cooking_utensil#1 garment#1 clothing#1 clothes#1 attire#1`
)

// maxNarrow is how many synsets may lie below a kind whose kinds are siblings.
const maxNarrow = 40

// refused are words that WordNet has for things and that in the name of a product
// hardly ever say what it is.
var refused = wordSet(
	// They say how many, which, or of what sort.
	`set line model unit system part piece series collection pack lot kit pair style design version assortment type item thing product article good
	stuff ware merchandise supply material support control base end top bottom front back side face edge point number mark sign signal pattern figure
	one two three four five six seven eight nine ten hundred dozen double single quad`,
	// They fit everything.
	`device container instrument implement instrumentality structure covering artifact artefact object substance food foodstuff nutriment equipment
	commodity furnishing mechanism utensil decoration creation representation apparatus facility component portion element accessory ingredient`,
	// They say of what it is made, or what is in it.
	`wood metal steel stainless aluminum iron brass bronze copper silver gold plastic glass ceramic cotton wool silk leather rubber paper vinyl bamboo wicker
	lace velvet denim fleece linen nylon polyester satin suede canvas felt fur plush foam resin crystal pearl diamond stone marble marine water air`,
	// They say for whom, for what or where.
	`baby kid child boy girl man woman home house kitchen bath bathroom bedroom office school hospital hotel garden patio yard store shop market center club
	factory studio station room hall court field park street road track library theater church bridge port
	work use sport play fun life love star world nature art music science magic culture model dream pro master
	north west south east china white black red blue green pink brown gray orange purple beige khaki camouflage
	hand foot head body eye mouth neck arm leg back skin hair heart`,
	// They say how it works, or a part that others have too.
	`button snap hole slot edge corner joint tip neck stem handle drop stroke stop start turn cut cross form frame key power electric automatic manual wireless
	portable convertible compact flat folding hybrid super turbo jet classic standard release trim wing tail fin shell seal fall spring`,
	// They are verbs or measures, or part of one.
	`backlog batter biff bleat bundle burden clack clinch clothe commuter crease cruiser decker dial draft drop fail fare farm feast flap hatch incline jammer
	latex load loading lot morsel mold mould notch overlap pasture picnic pulse rarity remedy roof shot slice span stake sub tab tick teeter tuck tug
	brunch lunch dinner supper breakfast dairy garb gem grocery groceries pottery bosom butt bollock hooter suture corner pocket semi auto`,
	// Two words that describe, or that have one meaning more.
	`long_sleeve short_sleeve product_line party_favor time_ball business_line top_side`,
	// They are names of brands, lines, persons or places more often than the thing.
	`alb bard berlin bob bosc brazil bristol castor chinook cole congo diva dixie emperor ensign geneva gemini granny griffin hawk iris japan joker
	juju juno kiwi knave knight lake lucifer macon manhattan matrix murphy oasis oxford paddy perry sailor savoy scribe siren surrey timothy toby troll ulster
	arena castle crown crest dory echelon edda fez golem grail hobby horror igloo kingpin novelty panacea panache phantom planner poacher quark rapper refuge
	rook salvia sphinx squid skeleton snail spider striker tracer trefoil trophy twister viceroy zombie zombi
	apple shark ninja dove tide viper cobra jeep coupe mustang beetle raider hummer defender explorer pioneer`,
)

// farSenses are senses that would make two things one which no buyer mixes up: a
// quilt and a pacifier, a lid and a hat, a sandwich and a grinder.
const farSenses = `comforter#4 pot#2 pot#8 pot#9 grinder#1 lid#3 bumper#1 turtle#1 pony#4 walker#4 dip#7 lighter#3 cutter#4 cutter#5 scooter#1 scooter#4
	booster#4 booster#5 booster#6 sticker#4 repeater#3 rod#6 press#5 fryer#1 broiler#2 mixer#2 mixer#3 cooler#2 sling#1 sling#3 seat#4 seat#8 seat#9
	hutch#2 kettle#4 spread#3 wrap#2 carriage#1 carriage#2 carriage#4 sleeper#4 sleeper#5 plate#1 plate#2 plate#3 chip#2 jumper#5 jumper#6 rocker#5
	rocker#6 rocker#7 cage#4 cage#5 panel#7 drone#5 flute#2 spray#3`

// admitted are words that mostly mean something else but in the name of a product
// are the thing.
var admitted = wordSet(`fish bat band bench board book cage cereal chain cover drill egg file mouse peanut pedal powder ring salmon scale sheet sink spread tart tube
	iron match shake guard mount press oyster watch range`)

var far = wordSet(farSenses)

func wordSet(lists ...string) map[string]bool { return set(strings.Join(lists, " ")) }

// choose fills in the lemmas that are kinds, sense by sense.
func (wn *wordNet) choose() {
	in, out := wn.offsetsOf(inRooms), wn.offsetsOf(outRooms)
	for lemma := range wn.senses {
		if !wn.shaped(lemma) || refused[strings.ReplaceAll(lemma, "-", "_")] {
			continue
		}
		for _, s := range wn.chosen(lemma, in, out) {
			s.accepts = append(s.accepts, strings.ReplaceAll(lemma, "-", "_"))
		}
	}
	for _, s := range wn.nouns {
		slices.Sort(s.accepts)
		s.accepts = slices.Compact(s.accepts)
	}
}

// shaped says whether a lemma is a word of three letters or more, or two words.
func (wn *wordNet) shaped(lemma string) bool {
	return len(lemma) >= 3 && strings.Count(lemma, "_")+strings.Count(lemma, "-") <= 1 &&
		strings.Trim(lemma, "abcdefghijklmnopqrstuvwxyz_-") == ""
}

// chosen are the senses in which a lemma is a kind of product, at most four. A word
// that mostly means something else is none: what counts is how often each sense was
// tagged in running text. Senses that are persons, deeds or places do not disturb
// unless they are frequent, since the name of a product names none.
func (wn *wordNet) chosen(lemma string, in, out map[string]bool) (list []*synset) {
	most, mine, others := 0, 0, 0
	for i, o := range wn.senses[lemma] {
		s := wn.nouns[o]
		n, proper := wn.tagged(s, lemma)
		switch {
		case proper || far[fmt.Sprintf("%s#%d", lemma, i+1)]:
		case wn.decide(s, in, out):
			list = append(list, s)
			mine += n
			most = max(most, n)
		default:
			others += n
		}
	}
	pos := wn.pos[lemma]
	adjective := wn.isPos[lemma][2] && pos[2] >= mine || wn.isPos[lemma][3] && pos[3] >= mine
	if len(list) > 0 && admitted[lemma] {
		return list[:min(len(list), 4)]
	}
	if len(list) == 0 || others > 4+2*mine || pos[1] > 12+4*mine || adjective || wn.strayPlural(lemma, mine) {
		return nil
	}
	// Beside a sense that was met, one that never was is a rarity.
	if most >= 2 {
		list = slices.DeleteFunc(list, func(s *synset) bool { n, _ := wn.tagged(s, lemma); return n == 0 })
	}
	return list[:min(len(list), 4)]
}

// strayPlural finds lemmas that the stem makes another word: "shorts" would make
// every "short" a pair of trousers.
func (wn *wordNet) strayPlural(lemma string, mine int) bool {
	if strings.ContainsAny(lemma, "_-") {
		return false
	}
	w := stem(lemma)
	p, is := wn.pos[w], wn.isPos[w]
	return w != lemma && (refused[w] || is[2] || is[3] || p[1] > 4+mine || p[0] > 4+2*mine)
}

// nearest are the synsets directly above that are not too general.
func (wn *wordNet) nearest(s *synset, general map[string]bool) (list []string) {
	for _, o := range s.above {
		if !general[o] {
			list = append(list, o)
		}
	}
	return list
}

// kindsFile writes the chosen synsets and what lies up to two levels above them.
func (wn *wordNet) kindsFile() []byte {
	wn.choose()
	general, broad := wn.offsetsOf(tooGeneral), wn.offsetsOf(tooBroad)
	used := map[string]bool{}
	for o, s := range wn.nouns {
		if len(s.accepts) == 0 {
			continue
		}
		used[o] = true
		for _, p := range wn.nearest(s, general) {
			used[p] = true
			for _, q := range wn.nearest(wn.nouns[p], general) {
				used[q] = true
			}
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Kinds of products, derived from WordNet 3.0 (sha256 %s of cntlist.rev, data.noun, index.adj, index.adv, index.noun and index.verb in a row). Copyright 2006 by Princeton University: see WORDNET-LICENSE.\n", wn.sum)
	fmt.Fprintf(&b, "# Written by kinds_wordnet_test.go, not by hand: own words go to kinds_own.txt. A line is a kind's id, * if broad; what it is a kind of; its words.\n")
	offsets := make([]string, 0, len(used))
	for o := range used {
		offsets = append(offsets, o)
	}
	slices.Sort(offsets)
	for _, o := range offsets {
		s := wn.nouns[o]
		mark := ""
		if broad[o] || wn.size(s, map[string]bool{}) > maxNarrow {
			mark = "*"
		}
		above := slices.DeleteFunc(wn.nearest(s, general), func(p string) bool { return !used[p] })
		for i := range above {
			above[i] = strings.TrimLeft(above[i], "0")
		}
		up := strings.Join(above, ",")
		if up == "" {
			up = "-"
		}
		b.WriteString(strings.TrimRight(strings.TrimLeft(o, "0")+mark+" "+up+" "+strings.Join(s.accepts, " "), " ") + "\n")
	}
	return b.Bytes()
}

// commonFile writes the ordinary words: adjectives, verbs and adverbs, and the
// nouns that were met in running text.
func (wn *wordNet) commonFile() []byte {
	var list []string
	for w, is := range wn.isPos {
		if len(w) >= 3 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" && (is[1] || is[2] || is[3] || wn.pos[w][0] > 0 && wn.lower(w)) {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	return []byte(fmt.Sprintf("# Ordinary English words, derived from WordNet 3.0 (sha256 %s of cntlist.rev, data.noun, index.adj, index.adv, index.noun and index.verb in a row). Copyright 2006 by Princeton University: see WORDNET-LICENSE.\n", wn.sum) +
		strings.Join(list, "\n") + "\n")
}

// lower says whether a noun is written in lower case in a sense that was met.
func (wn *wordNet) lower(lemma string) bool {
	return slices.ContainsFunc(wn.senses[lemma], func(o string) bool {
		n, proper := wn.tagged(wn.nouns[o], lemma)
		return n > 0 && !proper
	})
}
