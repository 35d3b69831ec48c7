/* fnprof: a QEMU TCG plugin that profiles guest kernel functions by counting executed guest
 * instructions. It adds nothing to the guest: under -icount the guest's clock is unchanged.
 * gcc -O2 -shared -fPIC -o fnprof2.so fnprof2.c (fnprof.c with per-call counts of indirect and locked instructions)
 * -plugin fnprof.so,all=KALLSYMS,watch=LIST,out=PREFIX
 * Writes PREFIX.ev (binary, one record per finished call of a watched function), PREFIX.flat (exclusive
 * instructions per phase, context and symbol) and PREFIX.names.
 * Phases: the guest calls getppid(PHASE) (an extra argument the kernel ignores).
 * Contexts: instructions are charged to the kernel stack they run on; an interrupt and the softirqs it
 * runs are charged to an interrupt context of their own, so the cost of a call excludes interrupts and other tasks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
typedef struct {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
} reg_desc;
typedef struct {
	char *data;
	unsigned len;
} GArray_;
typedef struct {
	uint8_t *data;
	unsigned len;
} GByteArray_;
typedef struct qemu_info_t qemu_info_t;
enum { NO_REGS, R_REGS, RW_REGS };
extern void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t,
					      void (*)(qemu_plugin_id_t,
						       unsigned));
extern void qemu_plugin_register_vcpu_tb_trans_cb(
	qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *,
						 void (*)(unsigned, void *),
						 int, void *);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
						   void (*)(unsigned, void *),
						   int, void *);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t,
					   void (*)(qemu_plugin_id_t, void *),
					   void *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
extern size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *, void *,
				    size_t);
extern GArray_ *qemu_plugin_get_registers(void);
extern int qemu_plugin_read_register(struct qemu_plugin_register *,
				     GByteArray_ *);
extern _Bool qemu_plugin_read_memory_vaddr(uint64_t, GByteArray_ *, size_t);
extern GByteArray_ *g_byte_array_new(void);
extern GByteArray_ *g_byte_array_set_size(GByteArray_ *, unsigned);
__attribute__((visibility("default"))) int qemu_plugin_version = 4;

struct sym {
	uint64_t a;
	char *n;
	int watch, id;
};
struct ent {
	struct sym *s;
	uint32_t n, ind, lck;
}; /* what of the entry block lies in the function */
static struct sym *S;
static int nS;
static char *wn[4096];
static int nW;
static int *symctx; /* flat: [phase][ctxclass][sym] */
#define MAXPH 4096
#define NCC   4 /* 0 user 1 player task kernel 2 other task kernel 3 interrupt */
static uint32_t *flat[MAXPH];
static int phase;
static uint64_t total; /* all instructions */
struct frame {
	int id;
	int kind;
	uint64_t ret, rsp, c0, child, i0, ci, l0, cl, rem, crem, t0, a0, a1, a2;
	struct ctx *save;
};
struct ctx {
	uint64_t key;
	uint64_t cnt, ind, lck;
	int n, cc;
	struct frame f[256];
};
static struct ctx *C[8192]; /* by hash of stack */
static struct ctx IRQ[8], *cur, boot;
static int irqdep;
static struct qemu_plugin_register *rsp, *rdi, *rsi, *rdx;
static GByteArray_ *gb;
static uint16_t rethash[65536];
static uint64_t player_stack;
static FILE *ev, *fl, *fn;
static char *outp;
struct rec {
	uint32_t phase;
	uint16_t id, parent;
	uint32_t incl, self;
	uint64_t t0;
	uint32_t wall;
	uint16_t cc, depth;
	uint64_t a0, a1, a2;
	uint32_t ii, si, il, sl, se, ie;
};
static inline uint64_t rd(struct qemu_plugin_register *r)
{
	uint64_t v = 0;
	g_byte_array_set_size(gb, 0);
	qemu_plugin_read_register(r, gb);
	memcpy(&v, gb->data, 8);
	return v;
}
static inline uint64_t rm(uint64_t a)
{
	uint64_t v = 0;
	g_byte_array_set_size(gb, 0);
	if (!qemu_plugin_read_memory_vaddr(a, gb, 8))
		return 0;
	memcpy(&v, gb->data, 8);
	return v;
}
static inline unsigned H(uint64_t pc)
{
	return (pc ^ (pc >> 16)) & 65535;
}
static struct ctx *getctx(uint64_t sp)
{
	uint64_t k = sp & ~0x3fffull;
	unsigned h = (k >> 14) * 2654435761u >> 19 & 8191;
	while (C[h] && C[h]->key != k)
		h = (h + 1) & 8191;
	if (!C[h]) {
		C[h] = calloc(1, sizeof(struct ctx));
		C[h]->key = k;
		C[h]->cc = 2;
	}
	return C[h];
}
static void finish(struct ctx *c, int i)
{
	struct frame *f = &c->f[i];
	uint64_t incl = c->cnt - f->c0;
	uint64_t ii = c->ind - f->i0, il = c->lck - f->l0;
	if (i) {
		c->f[i - 1].child += incl;
		c->f[i - 1].ci += ii;
		c->f[i - 1].cl += il;
		c->f[i - 1].crem += f->rem;
	}
	rethash[H(f->ret)]--;
	if (phase) {
		struct rec r = { phase,
				 f->id,
				 i ? c->f[i - 1].id : 65535,
				 incl,
				 incl - f->child,
				 f->t0,
				 total - f->t0,
				 c->cc,
				 i,
				 f->a0,
				 f->a1,
				 f->a2,
				 ii,
				 ii - f->ci,
				 il,
				 il - f->cl,
				 incl - f->child + f->rem - f->crem,
				 incl + f->rem };
		fwrite(&r, sizeof r, 1, ev);
	}
}
static void ret_slow(uint64_t pc)
{
	uint64_t sp = rd(rsp);
	/* interrupt return? look at the innermost interrupt frame, kept in the saved context */
	for (int lv = 0; lv < 2; lv++) {
		struct ctx *c = lv ? getctx(sp) : cur;
		for (int i = c->n - 1; i >= 0; i--)
			if (c->f[i].ret == pc && c->f[i].rsp == sp) {
				int k = c->f[i].kind;
				/* tail calls share the same return address and stack: finish them all */
				int lo = i;
				while (lo > 0 && c->f[lo - 1].ret == pc &&
				       c->f[lo - 1].rsp == sp)
					lo--;
				for (int j = c->n - 1; j >= lo; j--)
					finish(c, j);
				c->n = lo;
				if (k == 1 &&
				    c == &IRQ[irqdep - 1 < 0 ? 0
							     : irqdep - 1]) {
					irqdep--;
					cur = c->f[i].save;
				}
				return;
			}
		if (lv == 0 && c == getctx(sp))
			break;
	}
}
struct tbi {
	uint64_t pc;
	int n, sym;
	uint32_t ind, lck;
};
static void tb_exec(unsigned cpu, void *u)
{
	struct tbi *t = u;
	if (rethash[H(t->pc)])
		ret_slow(t->pc);
	total += t->n;
	cur->cnt += t->n;
	cur->ind += t->ind;
	cur->lck += t->lck;
	if (phase) {
		int cc = t->pc >> 63 ? cur->cc : 0;
		flat[phase][cc * (nS + 1) + t->sym] += t->n;
	}
}
static void push(struct ctx *c, int id, int kind, uint64_t ret, uint64_t sp,
		 struct ent *e)
{
	if (c->n >= 255) {
		for (int j = 0; j < c->n; j++)
			rethash[H(c->f[j].ret)]--;
		c->n = 0;
	}
	struct frame *f = &c->f[c->n++];
	*f = (struct frame){ id,
			     kind,
			     ret,
			     sp,
			     c->cnt,
			     0,
			     c->ind - (kind ? 0 : e->ind),
			     0,
			     c->lck - (kind ? 0 : e->lck),
			     0,
			     e->n,
			     0,
			     total,
			     rd(rdi),
			     rd(rsi),
			     rd(rdx),
			     NULL };
	rethash[H(ret)]++;
}
static void fn_enter(unsigned cpu, void *u)
{
	struct ent *e = u;
	uint64_t sp = rd(rsp);
	push(cur, e->s->id, 0, rm(sp), sp + 8, e);
}
static void irq_enter(unsigned cpu, void *u)
{
	struct ent *e = u;
	uint64_t sp = rd(rsp);
	struct ctx *o = cur;
	if (irqdep >= 7)
		return;
	struct ctx *c = &IRQ[irqdep++];
	for (int j = 0; j < c->n; j++)
		rethash[H(c->f[j].ret)]--;
	c->n = 0;
	c->cc = 3;
	cur = c;
	push(c, e->s->id, 1, rm(sp), rm(sp + 24), e);
	c->f[0].save = o;
}
static void sw_enter(unsigned cpu, void *u)
{
	struct sym *s = u;
	uint64_t sp = rd(rsp);
	while (irqdep > 0) {
		struct ctx *c = &IRQ[--irqdep];
		for (int j = c->n - 1; j >= 0; j--)
			finish(c, j);
		c->n = 0;
	}
	/* the interrupt tail runs as the preempted task from here on */
	cur = getctx(sp);
	(void)s;
}
static void mark(unsigned cpu, void *u)
{
	uint64_t regs = rd(rdi), p = rm(regs + 112);
	if (p && p < MAXPH) {
		struct ctx *c = getctx(rd(rsp));
		c->cc = 1;
		if (!flat[p])
			flat[p] = calloc(NCC * (nS + 1), 4);
		fprintf(fn, "phase %d -> %d at %llu\n", phase, (int)p,
			(unsigned long long)total);
		phase = p;
	} else if (p == 99999) {
		fprintf(fn, "phase %d -> 0 at %llu\n", phase,
			(unsigned long long)total);
		phase = 0;
	}
}
static int symof(uint64_t pc)
{
	if (!(pc >> 63))
		return nS;
	int lo = 0, hi = nS - 1;
	while (lo < hi) {
		int m = (lo + hi + 1) / 2;
		if (S[m].a <= pc)
			lo = m;
		else
			hi = m - 1;
	}
	return lo;
}
/* indirect: call or jmp through register or memory (FF /2, FF /4). locked: lock prefix, or xchg with memory, or what the
 * one-processor kernel makes of a lock prefix (DS prefix 3E before a lockable instruction with a memory operand) */
static uint64_t nF0, n3E, nX;
static void classify(struct qemu_plugin_insn *in, struct tbi *t)
{
	uint8_t b[16] = { 0 };
	int n = qemu_plugin_insn_data(in, b, 15), i = 0, f0 = 0, ds = 0;
	for (; i < n; i++) {
		if (b[i] == 0xf0)
			f0 = 1;
		else if (b[i] == 0x3e)
			ds = 1;
		else if (!(b[i] == 0x2e || b[i] == 0x36 || b[i] == 0x26 ||
			   b[i] == 0x64 || b[i] == 0x65 || b[i] == 0x66 ||
			   b[i] == 0x67 || b[i] == 0xf2 || b[i] == 0xf3))
			break;
	}
	if ((b[i] & 0xf0) == 0x40)
		i++;
	uint8_t o = b[i], m = b[i + 1];
	if (o == 0xff && ((m >> 3 & 7) == 2 || (m >> 3 & 7) == 4)) {
		t->ind++;
		return;
	}
	if (f0) {
		t->lck++;
		nF0++;
		return;
	}
	if ((o == 0x86 || o == 0x87) && m >> 6 != 3) {
		t->lck++;
		nX++;
		return;
	}
	if (!ds)
		return;
	int ok = 0;
	if (o == 0x0f) {
		uint8_t q = b[i + 1];
		m = b[i + 2];
		ok = q == 0xb0 || q == 0xb1 || q == 0xc0 || q == 0xc1 ||
		     q == 0xab || q == 0xb3 || q == 0xbb || q == 0xc7 ||
		     (q == 0xba && (m >> 3 & 7) >= 5);
	} else
		ok = (o < 0x3a && ((o & 7) < 2)) || o == 0x80 || o == 0x81 ||
		     o == 0x83 || o == 0xfe ||
		     (o == 0xff && (m >> 3 & 7) < 2) ||
		     ((o == 0xf6 || o == 0xf7) &&
		      ((m >> 3 & 7) == 2 || (m >> 3 & 7) == 3));
	if (ok && m >> 6 != 3) {
		t->lck++;
		n3E++;
	}
}
static void trans(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct tbi *t = malloc(sizeof *t);
	t->pc = qemu_plugin_tb_vaddr(tb);
	t->n = qemu_plugin_tb_n_insns(tb);
	t->sym = symof(t->pc);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, tb_exec, R_REGS, t);
	t->ind = t->lck = 0;
	if (!(t->pc >> 63))
		return;
	for (int i = 0; i < t->n; i++)
		classify(qemu_plugin_tb_get_insn(tb, i), t);
	for (int i = 0; i < t->n; i++) {
		struct qemu_plugin_insn *in = qemu_plugin_tb_get_insn(tb, i);
		uint64_t a = qemu_plugin_insn_vaddr(in);
		int k = symof(a);
		while (k > 0 && S[k].a == a && !S[k].watch && S[k - 1].a == a)
			k--;
		if (S[k].a != a || !S[k].watch)
			continue;
		struct tbi r = { .n = 0 };
		for (int j = i; j < t->n; j++)
			classify(qemu_plugin_tb_get_insn(tb, j), &r);
		struct ent *e = malloc(sizeof *e);
		*e = (struct ent){ &S[k], t->n - i, r.ind, r.lck };
		qemu_plugin_register_vcpu_insn_exec_cb(
			in,
			S[k].watch == 1   ? fn_enter
			: S[k].watch == 2 ? irq_enter
			: S[k].watch == 3 ? sw_enter
					  : mark,
			R_REGS, e);
	}
}
static void vinit(qemu_plugin_id_t id, unsigned cpu)
{
	GArray_ *g = qemu_plugin_get_registers();
	for (unsigned i = 0; i < g->len; i++) {
		reg_desc *d = &((reg_desc *)g->data)[i];
		if (!strcmp(d->name, "rsp"))
			rsp = d->handle;
		if (!strcmp(d->name, "rdi"))
			rdi = d->handle;
		if (!strcmp(d->name, "rsi"))
			rsi = d->handle;
		if (!strcmp(d->name, "rdx"))
			rdx = d->handle;
	}
	gb = g_byte_array_new();
}
static void fini(qemu_plugin_id_t id, void *u)
{
	fclose(ev);
	for (int p = 0; p < MAXPH; p++)
		if (flat[p])
			for (int c = 0; c < NCC; c++)
				for (int s = 0; s <= nS; s++) {
					uint32_t v = flat[p][c * (nS + 1) + s];
					if (v)
						fprintf(fl, "%d %d %s %u\n", p,
							c,
							s == nS ? "USER"
								: S[s].n,
							v);
				}
	fclose(fl);
	fprintf(fn, "translated lock %llu ds %llu xchg %llu\n",
		(unsigned long long)nF0, (unsigned long long)n3E,
		(unsigned long long)nX);
	for (int i = 0; i < nW; i++)
		fprintf(fn, "name %d %s\n", i, wn[i]);
	fclose(fn);
}
static int cmp(const void *a, const void *b)
{
	const struct sym *x = a, *y = b;
	return x->a < y->a ? -1 : x->a > y->a;
}
__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
		    char **argv)
{
	char *all = 0, *watch = 0, l[512];
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "all=", 4))
			all = argv[i] + 4;
		if (!strncmp(argv[i], "watch=", 6))
			watch = argv[i] + 6;
		if (!strncmp(argv[i], "out=", 4))
			outp = argv[i] + 4;
	}
	FILE *f = fopen(all, "r");
	S = calloc(400000, sizeof *S);
	while (fgets(l, 512, f)) {
		unsigned long long a;
		char ty, n[256];
		if (sscanf(l, "%llx %c %255s", &a, &ty, n) == 3 &&
		    strchr("tTwW", ty) && a >> 63) {
			S[nS].a = a;
			S[nS].n = strdup(n);
			S[nS].id = -1;
			nS++;
		}
	}
	fclose(f);
	qsort(S, nS, sizeof *S, cmp);
	f = fopen(watch, "r");
	while (fgets(l, 512, f)) {
		l[strcspn(l, "\n")] = 0;
		if (!*l || *l == '#')
			continue;
		int kind = 1;
		char *n = l;
		if (*l == '!') {
			kind = 2;
			n++;
		} else if (*l == '=') {
			kind = 3;
			n++;
		} else if (*l == '@') {
			kind = 4;
			n++;
		}
		int id2 = nW, hit = 0;
		wn[nW++] = strdup(n);
		for (int i = 0; i < nS; i++)
			if (!strcmp(S[i].n, n) ||
			    (!strncmp(S[i].n, n, strlen(n)) &&
			     (S[i].n[strlen(n)] == '.') &&
			     strstr(S[i].n, ".cold") == NULL)) {
				S[i].watch = kind;
				S[i].id = id2;
				hit++;
			}
		if (!hit)
			fprintf(stderr, "fnprof: no symbol %s\n", n);
	}
	fclose(f);
	sprintf(l, "%s.ev", outp);
	ev = fopen(l, "w");
	sprintf(l, "%s.flat", outp);
	fl = fopen(l, "w");
	sprintf(l, "%s.names", outp);
	fn = fopen(l, "w");
	setvbuf(ev, NULL, _IOFBF, 1 << 20);
	cur = &boot;
	qemu_plugin_register_vcpu_init_cb(id, vinit);
	qemu_plugin_register_vcpu_tb_trans_cb(id, trans);
	qemu_plugin_register_atexit_cb(id, fini, NULL);
	return 0;
}
