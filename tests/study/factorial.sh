#!/bin/sh
# factorial.sh - four workloads by factorial: streams, effects with intervals,
# and a positive control that differs each time; one that cannot, fails
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/study/common.sh
. "$top/tests/study/common.sh"
if [ "${WBSIM_HAS_BLOCK-1}" = 0 ]; then
	echo "skipped: needs the block layer"
	exit 77
fi

for workload in quickstart seq-append random-4k-overwrite small-writes; do
	"$WBSIM" compare "$top/workloads/$workload.json" --factorial --quiet \
		--no-plots -o "$workload" >"$workload.txt" || fail "$workload"
	grep -q '^time:  .*\(equal within\|differs by\) .*95 %' "$workload.txt" ||
		fail "$workload: no bound and no interval"
	grep -q '^of which:  *design .*, limits .*, costs .*, all three ' \
		"$workload.txt" || fail "$workload: no effects"
	grep -q '^control:  .*: seen, differs' "$workload.txt" ||
		fail "$workload: control not seen"
	if grep -q 'no difference' "$workload.txt"; then
		fail "$workload: says no difference"
	fi
	sed -n '2,7p' "$workload.txt"
done
# what the recorded kernels say: the design changes no request, the limits of
# 6.17 do where the device lets them show (NVMe without MDTS)
grep -q '^requests .* identical *differ in 12 of 12 pairs *identical' \
	seq-append.txt || fail "requests of seq-append are not laid to the limits"
grep -q '^requests .* identical *identical *identical' quickstart.txt ||
	fail "requests of quickstart differ"
grep -q 'max_sectors_bytes .* own limit is lower' quickstart.txt ||
	fail "quickstart does not say why limits do nothing"

# a control that changes nothing: the cap is never reached
sed 's/"16"/"4000"/; s/"4KiB"/"2MiB"/' "$top/workloads/seq-append.json" >blind.json
"$WBSIM" compare blind.json --quiet --no-plots >blind.txt 2>blind.err
[ $? -eq 1 ] || fail "a control that shows nothing does not fail"
grep -q 'positive control shows no difference in bios' blind.err ||
	fail "no message: $(cat blind.err)"
"$WBSIM" compare blind.json --quiet --no-plots --no-control >/dev/null ||
	fail "--no-control"
echo "four workloads, four controls"
