package strictjson

// Raw returns the text that v was read from, without white space around it; "" for the zero Value.
func (v Value) Raw() string {
	n := v.node()
	switch n.kind {
	case Invalid:
		return ""
	case String:
		return v.doc.text[n.start-1 : n.end+1]
	}
	return v.doc.text[n.start:n.end]
}
