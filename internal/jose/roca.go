package jose

// smallPrimes are those whose product divides the number that the primes of the keys below are made with, whatever
// the size of the key.
var smallPrimes = [...]uint32{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
	127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// guessable reports whether a modulus has the mark of CVE-2017-15361 (ROCA): a smart card's library made its primes from
// powers of 65537 modulo a product of small primes, so that the modulus is such a power modulo each of them, and can be
// factored. By chance one modulus of 2^28 or so has the mark.
func guessable(modulus []byte) bool {
	for _, p := range smallPrimes {
		rest := uint32(0)
		for _, c := range modulus {
			rest = (rest<<8 | uint32(c)) % p
		}
		power := uint32(1)
		for power != rest {
			if power = power * 65537 % p; power == 1 {
				return false // all powers seen
			}
		}
	}
	return true
}
