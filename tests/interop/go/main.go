// Command main checks a published log with golang.org/x/mod/sumdb, which knows nothing of the program that wrote it.
//
//	main LOG VKEY [PROOF.tlog-proof...]
//
// LOG is a folder or an http(s) URL with checkpoint and tile/ below it (c2sp.org/tlog-tiles). Every tile, every entry,
// inclusion and consistency of many sizes are checked, then the proofs. It prints one line and exits 0, or says what
// does not hold and exits 1.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// A published log: a folder or a URL.
type published string

func (log published) read(path string) ([]byte, error) {
	if !strings.HasPrefix(string(log), "http://") && !strings.HasPrefix(string(log), "https://") {
		return os.ReadFile(filepath.Join(string(log), path))
	}
	answer, err := http.Get(strings.TrimSuffix(string(log), "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// tilePath turns the sumdb path of a tile, tile/8/<level>/..., into that of tlog-tiles.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (log published) Height() int { return height }

func (log published) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := log.read(tilePath(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (log published) SaveTiles([]tlog.Tile, [][]byte) {}

// openCheckpoint checks the signature of the log and returns its head.
func openCheckpoint(text []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, signature := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, errors.New("the checkpoint has not three lines")
	}
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the origin is %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, errors.New("the root is not a hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// splitBundle splits an entry bundle: each entry stands behind its length in two bytes.
func splitBundle(data []byte, width int) ([][]byte, error) {
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("a bundle is cut short")
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("a bundle has %d entries instead of %d", len(entries), width)
	}
	return entries, nil
}

// isWhole tells whether a tile is as wide as it is in a tree of size entries; NewTiles lists narrower ones too.
func isWhole(tile tlog.Tile, size int64) bool {
	behind := size>>uint(tile.L*height) - tile.N<<height
	return tile.W == 1<<height || int64(tile.W) == behind
}

// checkTiles compares every tile with what follows from the tiles below it, and returns the leaf hashes.
func checkTiles(log published, tree tlog.Tree, hashes tlog.HashReader) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		if !isWhole(tile, tree.N) {
			continue
		}
		data, err := log.read(tilePath(tile))
		if err != nil {
			return nil, err
		}
		expected, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(data, expected) {
			return nil, fmt.Errorf("%s does not belong to this root", tilePath(tile))
		}
		if tile.L != 0 {
			continue
		}
		tile.L = -1
		bundle, err := log.read(tilePath(tile))
		if err != nil {
			return nil, err
		}
		entries, err := splitBundle(bundle, tile.W)
		if err != nil {
			return nil, err
		}
		for i, entry := range entries {
			leaf := tlog.RecordHash(entry)
			if !bytes.Equal(leaf[:], data[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
				return nil, fmt.Errorf("entry %d of %s does not belong to its leaf", i, tilePath(tile))
			}
			leaves = append(leaves, leaf)
		}
	}
	if int64(len(leaves)) != tree.N {
		return nil, fmt.Errorf("%d entries instead of %d", len(leaves), tree.N)
	}
	return leaves, nil
}

// checkProofs proves inclusion of entries and consistency of sizes: all of them in small logs, some in large ones.
func checkProofs(tree tlog.Tree, hashes tlog.HashReader, leaves []tlog.Hash) error {
	step := tree.N/300 + 1
	for index := int64(0); index < tree.N; index += step {
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaves[index]); err != nil {
			return err
		}
		old := index + 1
		oldRoot, err := tlog.TreeHash(old, hashes)
		if err != nil {
			return err
		}
		consistency, err := tlog.ProveTree(tree.N, old, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(consistency, tree.N, tree.Hash, old, oldRoot); err != nil {
			return err
		}
	}
	return nil
}

// checkProofFile checks a proof (c2sp.org/tlog-proof) of one of the entries.
func checkProofFile(path string, verifier note.Verifier, leaves []tlog.Hash) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil || index >= int64(len(leaves)) {
		return errors.New("no such entry")
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint(checkpoint, verifier)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaves[index])
}

func check(log published, vkey string, proofs []string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	text, err := log.read("checkpoint")
	if err != nil {
		return tlog.Tree{}, err
	}
	tree, err := openCheckpoint(text, verifier)
	if err != nil {
		return tree, err
	}
	hashes := tlog.TileHashReader(tree, log)
	leaves, err := checkTiles(log, tree, hashes)
	if err != nil {
		return tree, err
	}
	if err := checkProofs(tree, hashes, leaves); err != nil {
		return tree, err
	}
	for _, path := range proofs {
		if err := checkProofFile(path, verifier, leaves); err != nil {
			return tree, fmt.Errorf("%s: %w", path, err)
		}
	}
	return tree, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: main LOG VKEY [PROOF.tlog-proof...]")
		os.Exit(2)
	}
	tree, err := check(published(os.Args[1]), os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d entries, root %v: holds\n", tree.N, tree.Hash)
}
