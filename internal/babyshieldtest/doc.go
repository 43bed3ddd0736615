// Package babyshieldtest holds what tests share: a fresh PostgreSQL database
// (Postgres), the folder of recorded agency answers (Shared), how often a test
// repeats itself (Rounds), and recalls and items in any number for benchmarks
// (Generator, Bulk).
//
// It is imported by tests only, and by external ones (package x_test), because
// it may import the packages under test. The root's arch_test.go enforces both,
// and that no test skips itself except through this package or by -short: so the
// list below is the whole list of reasons for which a test may not run.
//
// # What is promised
//
//   - A database from Postgres is empty, belongs to one test, and is dropped
//     when that test ends.
//   - Each test process owns at most one scratch server. The server ends with its
//     process, however that ends (return, panic, time limit, SIGKILL), and leaves
//     no file behind. Two test processes share nothing, so `go test ./...` needs
//     no lock, no port and no set-up.
//   - A missing PostgreSQL or a missing ../shared skips the test with a line that
//     begins with "skipped: no". A PostgreSQL that is there and does not start,
//     or a ../shared that is there and lacks what the test wants, fails it.
//
// # Environment
//
//   - BABYSHIELD_TEST_POSTGRES: URL of a server to use instead of a scratch one.
//     Its user must be allowed to create databases.
//   - BABYSHIELD_SHARED: the folder to use instead of ../shared.
//   - BABYSHIELD_REQUIRE_POSTGRES=1, BABYSHIELD_REQUIRE_SHARED=1: fail where the
//     test would be skipped (set by .ci/run).
//   - BABYSHIELD_TEST_SKIPS: a file to which each skip appends its reason (set by
//     `make test`, because go test does not print the reasons of passing packages).
//   - BABYSHIELD_PROVE=1, BABYSHIELD_RACE=1: see Rounds.
//   - BABYSHIELD_BENCH_LARGE=1: see Size.
package babyshieldtest
