package agency

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
)

func TestHazardCodes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"posing a choking hazard to young children", "choking"},
		{"The toy contains small parts.", "choking"},
		{"posing suffocation, entrapment and fall hazards", "suffocation entrapment fall"},
		{"can obstruct the infant's airway", "suffocation"},
		{"The drawstring can strangle a child", "strangulation"},
		{"a child can become trapped", "entrapment"},
		{"posing a risk of drowning", "drowning"},
		{"sold in fall 2024 and falls short of the standard", "other"},
		{"unstable if not anchored, posing tip-over hazards", "tip_over"},
		{"The dresser can tip over", "tip_over"},
		{"posing fire and burn hazards", "fire burn"},
		{"The fire pit's lid can crack", "structural_failure"},
		{"The firearm can be reached", "other"},
		{"The burner knob is stiff", "other"},
		{"The battery can explode", "fire"},
		{"posing electrocution or shock hazards", "electric_shock"},
		{"can cause anaphylactic shock", "other"},
		{"The shock absorber can leak", "chemical"},
		{"posing laceration and impact hazards", "laceration impact"},
		{"negatively impact the seal", "other"},
		{"posing a crush hazard", "impact"},
		{"posing a carbon monoxide poisoning hazard", "poisoning"},
		{"may cause food poisoning", "microbial"},
		{"contains phthalates", "chemical"},
		{"posing a lead poisoning hazard", "lead"},
		{"exceed the federal lead paint ban", "lead"},
		{"Elevated levels of lead", "lead"},
		{"a leading brand; this can lead to a fall", "fall"},
		{"The lead wire can detach", "structural_failure"},
		{"lead-free paint", "other"},
		{"Undeclared milk", "allergen"},
		{"the label does not list walnuts", "allergen"},
		{"Product may be contaminated with Salmonella.", "microbial"},
		{"E. coli O157:H7", "microbial"},
		{"may contain metal fragments", "foreign_object"},
		{"pieces of glass", "foreign_object"},
		{"has sharp edges", "sharp_edges"},
		{"The chair can collapse", "structural_failure"},
		{"The frame can crack and break, posing a fall hazard", "fall"},
		{"magnets can be swallowed, posing an ingestion hazard", "ingestion"},
		{"The brakes can fail, posing a crash hazard", "crash"},
		{"Performance", "other"},
		{"", "other"},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range hazardCodes(tt.text) {
			got = append(got, string(c))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("hazardCodes(%q) = %s, want %s", tt.text, g, tt.want)
		}
	}
}

func TestPlainPiece(t *testing.T) {
	tests := map[string]string{
		"fires?": "fire", `chok(?:e|ing)`: "chok", `(?:levels?|traces?) of lead`: " of lead", `e\. ?coli`: "coli",
		`tip(?:s|ped)?[- ]?overs?`: "over", `(?:a|b)`: "", "High Voltage": "high voltage", `mou?ld`: "mo",
		`sharp (?:\w+ )?(?:edges?|points?)`: "sharp ",
	}
	for expr, want := range tests {
		if got := plainPiece(expr); got != want {
			t.Errorf("plainPiece(%q) = %q, want %q", expr, got, want)
		}
	}
}

// TestRules: every code of the rules is in the closed list, and in its order.
func TestRules(t *testing.T) {
	last := -1
	for _, r := range hazardRules {
		i := indexOf(babyshield.HazardCodes, r.code)
		if i <= last {
			t.Errorf("hazard rule %q is not in the order of the closed list", r.code)
		}
		last = i
	}
	for _, r := range remedyRules {
		if !r.code.Valid() {
			t.Errorf("remedy rule %q is not in the closed list", r.code)
		}
	}
}

func indexOf[T comparable](list []T, want T) int {
	for i, x := range list {
		if x == want {
			return i
		}
	}
	return -1
}

func TestRemedyOptions(t *testing.T) {
	const prose = "Consumers should stop using the cribs and contact the firm for a full refund."
	tests := []struct {
		name    string
		options []string
		text    string
		want    string
	}{
		{"one", []string{"Refund"}, prose, "refund"},
		{"several", []string{"Refund", "Replace", "Repair"}, prose, "refund replace repair"},
		{"instructions", []string{"New Instructions"}, prose, "new_instructions"},
		{"label", []string{"Label"}, prose, "new_instructions"},
		{"none available", []string{"Dispose", "No Remedy Available"}, prose, "dispose none_offered"},
		{"option is prose", []string{"Consumers should stop using the boilers and arrange a free repair"}, prose, "repair stop_use"},
		{"option says nothing", []string{"R"}, prose, "refund stop_use"},
		{"no options", nil, "Do not discard the pump. Return it to the store.", "return"},
		{"nothing known", []string{"Inspect"}, "Look at it.", "other"},
		{"nothing at all", nil, "", ""},
	}
	for _, tt := range tests {
		var got []string
		for _, r := range remedyOptions(tt.options, tt.text) {
			got = append(got, string(r.Code))
			if r.Text != tt.text {
				t.Errorf("%s: text %q, want the agency's words", tt.name, r.Text)
			}
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, g, tt.want)
		}
	}
}

func TestSeverity(t *testing.T) {
	hazard := func(c babyshield.HazardCode, text string) []babyshield.Hazard {
		return []babyshield.Hazard{{Code: c, Text: text}}
	}
	tests := []struct {
		name, class string
		hazards     []babyshield.Hazard
		injuries    string
		want        babyshield.Severity
	}{
		{"death", "", hazard("fall", "x"), "One infant died in May 2024.", "critical"},
		{"death against the class", "Class III", hazard("other", "x"), "There was a fatality.", "critical"},
		{"no death", "", hazard("fall", "x"), "No injuries or deaths have been reported.", "medium"},
		{"death only possible", "", hazard("fall", "x"), "This could result in death.", "medium"},
		{"injuries, then a death", "", hazard("fall", "x"), "Five reports, no injuries. CPSC is aware of two deaths.", "critical"},
		{"grave hazard", "", hazard("strangulation", "x"), "None reported", "high"},
		{"grave words", "", hazard("fall", "risk of serious injury or death"), "None reported", "high"},
		{"treated in hospital", "", hazard("burn", "x"), "One child was treated at a hospital.", "high"},
		{"burn", "", hazard("burn", "x"), "None reported", "medium"},
		{"unknown hazard", "", hazard("other", "x"), "", "low"},
		{"FDA class I", "Class I", hazard("allergen", "x"), "", "high"},
		{"FDA class II", "Class II", hazard("lead", "x"), "", "medium"},
		{"FDA class III", "Class III", hazard("microbial", "x"), "", "low"},
		{"not yet classified", "Not Yet Classified", hazard("microbial", "x"), "", "medium"},
		{"CFIA", "Class 1", nil, "", "high"},
		{"a range", "Type II - Type III", nil, "", "medium"},
	}
	for _, tt := range tests {
		if got := severity(tt.class, tt.hazards, tt.injuries); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestKindByTitle(t *testing.T) {
	tests := []struct {
		title string
		want  babyshield.Kind
	}{
		{"Pretend Alarms Recalled Due to Failure to Warn", babyshield.KindRecall},
		{"CPSC Warns Consumers to Stop Using Pretend Swings", babyshield.KindSafetyAlert},
		{"Baby Toy Warning", babyshield.KindSafetyAlert},
		{"Pretend cheese withdrawn from the market", babyshield.KindWithdrawal},
		{"Public advisory - Pretend pills", babyshield.KindAdvisory},
		{"Unauthorized pills seized", babyshield.KindSafetyAlert},
		{"Pretend Pump", babyshield.KindRecall},
	}
	for _, tt := range tests {
		if got := kindByTitle(tt.title); got != tt.want {
			t.Errorf("kindByTitle(%q) = %s, want %s", tt.title, got, tt.want)
		}
	}
}

func TestProse(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"entities", "Tops&nbsp;&amp;&#32;Caps &reg;", "Tops & Caps ®"},
		{"entities escaped twice", "Tops &amp;amp; Caps&amp;nbsp;!", "Tops & Caps !"},
		{"paragraphs", "<p>One</p><p>Two <b>bold</b></p>", "One\nTwo bold"},
		{"list", "<ul><li>One</li><li>Two</li></ul>", "One\nTwo"},
		{"table", "<table><tr><td>A1</td><td>B1</td></tr><tr><td>A2</td></tr></table>", "A1 B1\nA2"},
		{"script", "a<script>alert('x')</script>b<!-- c -->d", "a b d"},
		{"tags hidden in entities", "&lt;p&gt;One&lt;/p&gt;", "One"},
		{"a model in brackets", "Model <PL10X> and 5 < 6 > 3", "Model <PL10X> and 5 < 6 > 3"},
		{"invisible", "A\u200bB\u00adC\ufeffD\u2060E", "ABCDE"},
		{"blanks", "A\u00a0\u2009B\t C\r\n\n D", "A B C\nD"},
		{"control", "A\x00B\x07C", "A B C"},
		{"bad UTF-8", "A\xffB", "A\ufffdB"},
		{"nothing", " \n ", ""},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, prose(tt.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSentences(t *testing.T) {
	const s = "Sold by Pretend Inc. of Sampletown from 8 a.m. to 5 p.m. daily. It cost $4.50! See www.pretend.example.\nSecond line"
	want := []string{"Sold by Pretend Inc. of Sampletown from 8 a.m. to 5 p.m. daily.", "It cost $4.50!", "See www.pretend.example.", "Second line"}
	if diff := cmp.Diff(want, sentences(s)); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
}

func TestParseDay(t *testing.T) {
	layouts := []string{layoutCompact, layoutLong, layoutSlash}
	tests := []struct {
		in   string
		want babyshield.Day
		ok   bool
	}{
		{"2026-07-09T00:00:00", "2026-07-09", true},
		{"2026-07-09", "2026-07-09", true},
		{"20260722", "2026-07-22", true},
		{"March 05, 2026", "2026-03-05", true},
		{"March 5, 2026", "2026-03-05", true},
		{"9/25/2000 ", "2000-09-25", true},
		{"", "", true},
		{" ", "", true},
		{"2025-13-45T00:00:00", "", false},
		{"2026-02-29", "", false},
		{"02121207", "", false},
		{"19301211", "", false},
		{"25/9/2000", "", false},
		{"soon", "", false},
	}
	for _, tt := range tests {
		got, err := parseDay(tt.in, layouts...)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseDay(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestCPSCNumber(t *testing.T) {
	tests := map[string]string{
		"24-039": "24039", "24039": "24039", "2211": "02211", "99-120C": "99120c", "00090a": "00090a", "26\u2011001": "26001",
		"": "", "N/A": "", "SAMPLE-01": "sample01", "1234567": "1234567",
	}
	for in, want := range tests {
		if got := cpscNumber(in); got != want {
			t.Errorf("cpscNumber(%q) = %q, want %q", in, got, want)
		}
	}
}
