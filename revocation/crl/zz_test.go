package crl
import ("testing";"fmt";"github.com/e2eid/e2eid/tests/testca";"github.com/e2eid/e2eid/tests/testcrl")
func TestZZ(t *testing.T){
 for _, k := range []int{1,1024} {
 var ders [][]byte
 for i := range k { ders = append(ders, testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.Directory(testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint(i)}}))).DER()) }
 var content []byte
 n := 0
 for len(content) < 64<<20 - 2000 { content = append(content, ders[n%k]...); n++ }
 raw := append([]byte{0x30,0x84,byte(len(content)>>24),byte(len(content)>>16),byte(len(content)>>8),byte(len(content))}, content...)
 var l testcrl.List
 l.Set(testcrl.IDP(testcrl.Scope{Indirect:true}))
 l.RawEntries = raw
 der := testcrl.Issue(hostile, l)
 for range 3 {
 if _, err := Parse(der); err != nil { t.Error(err); continue }
 }
 }
}
