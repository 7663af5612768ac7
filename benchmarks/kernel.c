/* The practical limit for a sweep: Dormand-Prince 5(4) written by hand for one model, SIMD over
 * points, a step size per point, dense output of order 4, one thread.
 * cc -O3 -march=native -shared -fPIC -DMODEL=VDP|FHN|QIF kernel.c -lm */

#include <math.h>
#include <stdint.h>

#define LANES 8
#define VDP 1
#define FHN 2
#define QIF 3
#define N 2

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef int64_t ivec __attribute__((vector_size(LANES * 8)));

#if MODEL == VDP
#define P 1
static inline void field(const vec *p, const vec *y, vec *d)
{
    d[0] = y[1];
    d[1] = p[0] * (1.0 - y[0] * y[0]) * y[1] - y[0];
}
#elif MODEL == FHN
#define P 4 /* a, b, tau, I_ext */
static inline void field(const vec *p, const vec *y, vec *d)
{
    d[0] = y[0] - y[0] * y[0] * y[0] / 3.0 - y[1] + p[3];
    d[1] = (y[0] + p[0] - p[1] * y[1]) / p[2];
}
#else
#define P 4 /* tau, eta, J, Delta */
static inline void field(const vec *p, const vec *y, vec *d)
{
    const vec x = M_PI * y[0] * p[0];
    d[0] = p[3] / (p[0] * M_PI) + 2.0 * y[0] * y[1];
    d[1] = y[1] * y[1] + p[1] + p[2] * y[0] * p[0] - x * x;
}
#endif

static inline vec pick(ivec mask, vec a, vec b)
{
    return (vec)((mask & (ivec)a) | (~mask & (ivec)b));
}
static inline vec least(vec a, vec b) { return pick(a < b, a, b); }
static inline vec most(vec a, vec b) { return pick(a > b, a, b); }
static inline vec size(vec a) { return (vec)((ivec)a & INT64_MAX); }
static inline vec full(double x)
{
    vec v;
    for (int l = 0; l < LANES; l++) v[l] = x;
    return v;
}

/* x to a power, roughly: a step's length needs no more */
static inline vec power(vec x, double e)
{
    const ivec bits = (ivec)x;
    const vec k = __builtin_convertvector((bits >> 52) - 1023, vec);
    const vec m = (vec)((bits & ((1LL << 52) - 1)) | (1023LL << 52));
    const vec z = (m - 1.0) / (m + 1.0), s = z * z;
    const vec lg = k + z * (((s * 0.412199 + 0.577078) * s + 0.961797) * s + 2.885390);
    const vec w = lg * e;
    const ivec whole = __builtin_convertvector(w + 1024.0, ivec) - 1024;
    const vec r = (w - __builtin_convertvector(whole, vec)) * 0.6931471805599453;
    const vec q = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r / 120.0))));
    return q * (vec)((whole + 1023) << 52);
}

/* parameters (count, P), initial (count, N); series (count, N, samples) or 0; range (count, 2) of
 * the first state after a transient, or 0. Returns the steps taken. */
long sweep(long count, const double *parameters, const double *initial, long samples,
           const double *times, double rtol, double atol, double after, double *series,
           double *range)
{
    vec p[P], y[N], k1[N], t = full(0.0), h = full(0.0), old = full(1e-4), low, high;
    long point[LANES], sample[LANES], next = 0, steps = 0;
    int busy = 0;
    const double end = times[samples - 1];
    ivec active;
    for (int l = 0; l < LANES; l++) point[l] = -1, active[l] = 0;
    for (int i = 0; i < P; i++) p[i] = full(1.0);
    for (int i = 0; i < N; i++) y[i] = full(0.0);
    low = full(1e300), high = full(-1e300);
    for (;;) {
        int fresh = 0;
        for (int l = 0; l < LANES; l++) {
            if (point[l] >= 0 || next >= count) continue;
            point[l] = next, sample[l] = 0, fresh = 1, active[l] = -1, busy++;
            for (int i = 0; i < P; i++) p[i][l] = parameters[next * P + i];
            for (int i = 0; i < N; i++) y[i][l] = initial[next * N + i];
            t[l] = 0.0, h[l] = 1e-3, old[l] = 1e-4, low[l] = 1e300, high[l] = -1e300;
            next++;
        }
        if (!busy) return steps;
        if (fresh) field(p, y, k1); /* the others have the same slopes already */
        vec k2[N], k3[N], k4[N], k5[N], k6[N], k7[N], z[N];
        for (int i = 0; i < N; i++) z[i] = y[i] + h * (0.2 * k1[i]);
        field(p, z, k2);
        for (int i = 0; i < N; i++) z[i] = y[i] + h * (3.0 / 40 * k1[i] + 9.0 / 40 * k2[i]);
        field(p, z, k3);
        for (int i = 0; i < N; i++)
            z[i] = y[i] + h * (44.0 / 45 * k1[i] - 56.0 / 15 * k2[i] + 32.0 / 9 * k3[i]);
        field(p, z, k4);
        for (int i = 0; i < N; i++)
            z[i] = y[i] + h * (19372.0 / 6561 * k1[i] - 25360.0 / 2187 * k2[i]
                               + 64448.0 / 6561 * k3[i] - 212.0 / 729 * k4[i]);
        field(p, z, k5);
        for (int i = 0; i < N; i++)
            z[i] = y[i] + h * (9017.0 / 3168 * k1[i] - 355.0 / 33 * k2[i] + 46732.0 / 5247 * k3[i]
                               + 49.0 / 176 * k4[i] - 5103.0 / 18656 * k5[i]);
        field(p, z, k6);
        for (int i = 0; i < N; i++)
            z[i] = y[i] + h * (35.0 / 384 * k1[i] + 500.0 / 1113 * k3[i] + 125.0 / 192 * k4[i]
                               - 2187.0 / 6784 * k5[i] + 11.0 / 84 * k6[i]);
        field(p, z, k7);
        vec sum = full(0.0);
        for (int i = 0; i < N; i++) {
            const vec e = 71.0 / 57600 * k1[i] - 71.0 / 16695 * k3[i] + 71.0 / 1920 * k4[i]
                          - 17253.0 / 339200 * k5[i] + 22.0 / 525 * k6[i] - 1.0 / 40 * k7[i];
            const vec scaled = h * e / (atol + rtol * most(size(y[i]), size(z[i])));
            sum += scaled * scaled;
        }
        const vec squared = least(most(sum / N, full(1e-20)), full(1e20));
        const ivec good = active & (squared <= 1.0);
        const vec ended = least(t + h, full(end));
        const vec less = power(squared, -0.085) * 0.9;
        const vec more = least(most(less * power(old, 0.04), full(0.2)), full(10.0));
        const vec rise[N] = {z[0] - y[0], z[1] - y[1]};
        vec b[N], c[N], d[N];
        for (int i = 0; i < N; i++) {
            b[i] = h * k1[i] - rise[i];
            c[i] = rise[i] - h * k7[i] - b[i];
            d[i] = h * (-12715105075.0 / 11282082432 * k1[i] + 87487479700.0 / 32700410799 * k3[i]
                        - 10690763975.0 / 1880347072 * k4[i] + 701980252875.0 / 199316789632 * k5[i]
                        - 1453857185.0 / 822651844 * k6[i] + 69997945.0 / 29380423 * k7[i]);
        }
        if (series)
            for (int l = 0; l < LANES; l++) {
                if (!good[l]) continue;
                const long first = sample[l];
                long last = first;
                while (last < samples && times[last] <= ended[l]) last++;
                const double began = t[l], share = 1.0 / h[l];
                for (int i = 0; i < N; i++) {
                    double *row = series + (point[l] * N + i) * samples;
                    const double y0 = y[i][l], a0 = rise[i][l], b0 = b[i][l], c0 = c[i][l];
                    const double d0 = d[i][l];
                    for (long j = first; j < last; j++) {
                        const double x = (times[j] - began) * share, r = 1.0 - x;
                        row[j] = y0 + x * (a0 + r * (b0 + x * (c0 + r * d0)));
                    }
                }
                sample[l] = last;
            }
        if (range) {
            const ivec seen = good & (ended > after);
            for (int node = 1; node <= 4; node++) {
                const double x = 0.25 * node, r = 1.0 - x;
                const vec v = y[0] + x * (rise[0] + r * (b[0] + x * (c[0] + r * d[0])));
                low = pick(seen, least(low, v), low), high = pick(seen, most(high, v), high);
            }
        }
        for (int i = 0; i < N; i++) y[i] = pick(good, z[i], y[i]), k1[i] = pick(good, k7[i], k1[i]);
        t = pick(good, ended, t);
        old = pick(good, most(squared, full(1e-8)), old);
        h = least(h * pick(good, more, least(less, full(1.0))), end - t);
        for (int l = 0; l < LANES; l++) {
            steps += good[l] != 0;
            if (good[l] && t[l] >= end) {
                if (range) range[2 * point[l]] = low[l], range[2 * point[l] + 1] = high[l];
                point[l] = -1, active[l] = 0, busy--, h[l] = 0.0;
            }
        }
    }
}
