package babyshield

import "slices"

// HazardCode and RemedyCode are the closed lists of CONTRACT: one vocabulary
// over all agencies, beside each agency's own words.
type (
	HazardCode string
	RemedyCode string
)

// HazardCodes are all hazard codes, most specific first, "other" last.
var HazardCodes = []HazardCode{
	"choking", "suffocation", "strangulation", "entrapment", "drowning", "fall", "tip_over",
	"fire", "burn", "electric_shock", "laceration", "impact", "poisoning", "chemical", "lead",
	"allergen", "microbial", "foreign_object", "sharp_edges", "structural_failure", "ingestion",
	"crash", "other",
}

// RemedyCodes are all remedy codes, "other" last.
var RemedyCodes = []RemedyCode{
	"refund", "replace", "repair", "dispose", "stop_use", "new_instructions", "return",
	"none_offered", "other",
}

// Valid says whether the code is in the closed list.
func (c HazardCode) Valid() bool { return slices.Contains(HazardCodes, c) }

// Valid says whether the code is in the closed list.
func (c RemedyCode) Valid() bool { return slices.Contains(RemedyCodes, c) }

// Severity is how bad a recall's hazard is, in four steps. It orders alerts; it
// is ours, never shown as the agency's class.
type Severity string

const (
	SeverityLow      Severity = "low"
	SeverityMedium   Severity = "medium"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical" // death has occurred or is likely
)

// Rank orders severities: 0 for unknown, 1 low, to 4 critical.
func (s Severity) Rank() int {
	return slices.Index([]Severity{"", SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}, s)
}

// Kind is what sort of notice a recall is.
type Kind string

const (
	KindRecall      Kind = "recall"
	KindWithdrawal  Kind = "withdrawal"
	KindSafetyAlert Kind = "safety_alert" // a warning without a remedy of the firm
	KindAdvisory    Kind = "advisory"
)
