// Another implementation judges our tree, our notes and our proofs: golang.org/x/mod/sumdb/{tlog,note}.
// Reads one JSON object, writes one. Run by test_go_tlog.py.
package main

import (
	"encoding/json"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Index int64       `json:"index"`
	Old   int64       `json:"old"`
	Size  int64       `json:"size"`
	Hash  tlog.Hash   `json:"hash"`
	Root  tlog.Hash   `json:"root"`
	Proof []tlog.Hash `json:"proof"`
}

type question struct {
	Leaves    [][]byte `json:"leaves"`
	Sizes     []int64  `json:"sizes"`
	Inclusion []proof  `json:"inclusion"`
	Extension []proof  `json:"extension"`
	Note      string   `json:"note"`
	Key       string   `json:"key"`
}

type answer struct {
	Roots     []tlog.Hash          `json:"roots"`
	Inclusion []string             `json:"inclusion"`
	Extension []string             `json:"extension"`
	Records   []tlog.RecordProof   `json:"records"`
	Trees     []tlog.TreeProof     `json:"trees"`
	Note      string               `json:"note"`
}

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var q question
	var a answer
	must(json.NewDecoder(os.Stdin).Decode(&q))
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, leaf := range q.Leaves {
		hashes, err := tlog.StoredHashes(int64(n), leaf, reader)
		must(err)
		stored = append(stored, hashes...)
	}
	for _, size := range q.Sizes {
		root, err := tlog.TreeHash(size, reader)
		must(err)
		a.Roots = append(a.Roots, root)
	}
	for _, p := range q.Inclusion {
		a.Inclusion = append(a.Inclusion, said(tlog.CheckRecord(p.Proof, p.Size, p.Root, p.Index, p.Hash)))
		made, err := tlog.ProveRecord(p.Size, p.Index, reader)
		must(err)
		a.Records = append(a.Records, made)
	}
	for _, p := range q.Extension {
		a.Extension = append(a.Extension, said(tlog.CheckTree(p.Proof, p.Size, p.Root, p.Old, p.Hash)))
		made, err := tlog.ProveTree(p.Size, p.Old, reader)
		must(err)
		a.Trees = append(a.Trees, made)
	}
	if q.Note != "" {
		verifier, err := note.NewVerifier(q.Key)
		must(err)
		opened, err := note.Open([]byte(q.Note), note.VerifierList(verifier))
		a.Note = said(err)
		if err == nil && len(opened.Sigs) != 1 {
			a.Note = "not signed by this key alone"
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(a))
}
