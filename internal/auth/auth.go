// Package auth holds the secrets by which the program knows people and keeps
// their data: the keyring that seals secrets at rest, and one-time codes. It
// imports nothing of ours but the domain, keeps nothing and knows no database.
//
// # Sealing
//
// A Keyring is a list of 32-byte keys. The first one seals, all of them open, so
// that a key is replaced by putting a new one in front, sealing again what
// Keyring.Stale names, and dropping the old one. A sealed value is
//
//	version 1 (1 byte) | key id (8 bytes) | nonce (12 bytes) | ciphertext and tag
//
// under AES-256-GCM with a random nonce. The key id is a digest of the key and
// says nothing of it. Version, key id and a context that the caller names
// ("channel:42") are authenticated: a value that was changed, cut, or copied to
// another row does not open. Random nonces of 96 bits are good for 2^32 values
// under one key (NIST SP 800-38D, section 8.3), which is far beyond what a
// service of households seals. What is sealed cannot be read without the key, so
// a lost key means that people add their channels again; the key belongs in the
// backup plan and not beside the backup.
//
// Keys come from BABYSHIELD_KEY (ParseKeyring) or a file (Load), or, on SQLite,
// from a file beside the database that the first start makes (LoadOrCreate): any
// number of processes that start at once agree on one key. A file that others on
// the machine can read is refused. No error and no String shows a key.
//
// # One-time codes
//
// NewSetupCode makes a code of 125 random bits that a person can read out and
// type. Only its HashCode is stored; CodeMatches compares without telling by its
// timing how much was right. A code of that size needs no slow hash. That it is
// used once and in time is the store's business.
//
// # Later
//
// Passwords (argon2id), sessions, API tokens, roles and rate limits belong here
// and come with the issues that need them.
package auth
