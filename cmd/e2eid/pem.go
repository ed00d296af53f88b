package main

import (
	"encoding/pem"
	"fmt"
)

// pemBlocks returns every block of a text. One that cannot be read is an error, not passed over.
func pemBlocks(b []byte) (blocks []*pem.Block, err error) {
	for {
		block, rest := pem.Decode(b)
		if block == nil {
			break
		}
		b, blocks = rest, append(blocks, block)
	}
	if len(blocks) == 0 || isPEM(b) {
		return nil, fmt.Errorf("PEM block %d is malformed", len(blocks)+1)
	}
	return blocks, nil
}

// certificatesIn returns the certificates of a file: PEM with nothing else in it, or one in any other encoding.
func certificatesIn(b []byte) (ders [][]byte, enc encoding, err error) {
	return dersIn(b, "CERTIFICATE")
}

// dersIn is likewise of what has another label in PEM.
func dersIn(b []byte, label string) (ders [][]byte, enc encoding, err error) {
	if !isPEM(b) {
		der, enc := decodeInput(b)
		return [][]byte{der}, enc, nil
	}
	blocks, err := pemBlocks(b)
	if err != nil {
		return nil, "", err
	}
	for i, block := range blocks {
		if block.Type != label {
			return nil, "", fmt.Errorf("PEM block %d is a %s, not a %s", i+1, text(block.Type), label)
		}
		ders = append(ders, block.Bytes)
	}
	return ders, encodingPEM, nil
}
