#!/bin/sh
# slurm.sh - scripts/slurm-study on a real Slurm of one machine gives the file of
# one sweep: munged, slurmctld and slurmd are started here, on ports of their
# own, with everything they write in a temporary folder.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
for tool in munged mungekey slurmctld slurmd sbatch squeue sinfo; do
	if ! command -v "$tool" >/dev/null && [ ! -x "/usr/sbin/$tool" ]; then
		echo "skipped: no $tool (packages munge, slurmctld, slurmd, slurm-client)"
		exit 77
	fi
done
if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: slurmd needs root"
	exit 77
fi
PATH=$PATH:/usr/sbin
# shellcheck source=tests/study/common.sh
. "$top/tests/study/common.sh"
ctld_port=$((20000 + $$ % 10000))
host=$(hostname -s)
ctld_pid='' slurmd_pid='' munged_pid=''

# shellcheck disable=SC2317
stop() {
	for pid in $slurmd_pid $ctld_pid $munged_pid; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	rm -rf "$work"
}
trap stop EXIT
skip() {
	echo "skipped: $*"
	tail -n 5 "$work"/*.log 2>/dev/null
	exit 77
}

# munged wants folders that only its user can write
mkdir -p munge spool state
chmod 755 "$work"
chmod 700 munge spool state
dd if=/dev/urandom of=munge/key bs=1024 count=1 2>/dev/null
chmod 400 munge/key
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
	--pid-file="$work/munge/pid" --log-file="$work/munge.log" \
	--seed-file="$work/munge/seed" >munged.log 2>&1 &
munged_pid=$!
cat >slurm.conf <<EOF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$((ctld_port + 1))
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/ctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/builtin
ReturnToService=2
MailProg=/bin/true
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=10 State=UP
EOF
export SLURM_CONF="$work/slurm.conf"

# wait_for SECONDS COMMAND...
wait_for() {
	tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}
wait_for 10 test -S munge/socket || skip "munged does not start"
slurmctld -D -i >ctld.out 2>&1 &
ctld_pid=$!
wait_for 20 scontrol ping || skip "slurmctld does not start"
slurmd -D -N "$host" >slurmd.out 2>&1 &
slurmd_pid=$!
is_idle() { sinfo -h -o %T | grep -q '^idle$'; }
wait_for 30 is_idle || skip "slurmd does not register"

make_study
"$WBSIM" sweep study.json --quiet -o whole >/dev/null || fail "whole sweep"
jobs=$(sh "$top/scripts/slurm-study" "$work/study.json" 4 "$work/spread") ||
	fail "slurm-study"
echo "jobs: $jobs"
is_done() { [ -z "$(squeue -h)" ]; }
wait_for 120 is_done || fail "jobs still there: $(squeue)"
[ -f spread/sweep.json ] || fail "nothing merged: $(cat spread.parts/*.log)"
[ "$(find spread.parts -name points.jsonl | wc -l)" -eq 4 ] || fail "4 parts"
cmp whole/points.jsonl spread/points.jsonl || fail "points differ"
diff -r whole spread || fail "folders differ"
echo "a job array of 4 tasks equals one sweep"
