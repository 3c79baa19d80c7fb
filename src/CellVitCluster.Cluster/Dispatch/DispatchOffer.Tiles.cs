using System.Numerics;

namespace CellVitCluster.Cluster.Dispatch;

/// <content>The sets of tiles that are pending and free, one bit per tile.</content>
internal sealed partial class DispatchOffer
{
    private void SetPending(OfferWork offer)
    {
        _cursor = 0;
        if (offer.Grid is null)
        {
            _pending = [1];
            _free = [0];
            return;
        }

        int words = (offer.Pending.Length + 7) / 8;
        if (_pending.Length != words)
        {
            _pending = new ulong[words];
            _free = new ulong[words];
        }

        Array.Clear(_pending);
        for (int i = 0; i < offer.Pending.Length; i++)
        {
            _pending[i >> 3] |= (ulong)offer.Pending[i] << ((i & 7) * 8);
        }
    }

    private void Rebuild(DateTimeOffset now, TimeSpan settledGrace)
    {
        _free = (ulong[])_pending.Clone();
        foreach (int tile in _leases.Keys)
        {
            Clear(_free, tile);
        }

        foreach (int tile in _suspects.Keys)
        {
            Clear(_free, tile);
        }

        foreach ((int tile, DateTimeOffset since) in _settled.ToArray())
        {
            if (now - since <= settledGrace)
            {
                Clear(_free, tile);
                Clear(_pending, tile);
            }
            else if (now - since > SettledMemory)
            {
                _settled.Remove(tile);
            }
        }

        PendingCount = Count(_pending);
        FreeCount = Count(_free);
    }

    private int NextFree(int from)
    {
        int word = from >> 6;
        if (word >= _free.Length)
        {
            return -1;
        }

        ulong bits = _free[word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word == _free.Length)
            {
                return -1;
            }

            bits = _free[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    private int Slot(int tile) => Grid is not null ? tile : tile == WorkGrant.Survey ? 0 : -1;

    private bool IsPending(int tile) => Has(_pending, Slot(tile));

    private bool IsFree(int tile) => Has(_free, Slot(tile));

    /// <summary>Any worker may take the tile again, unless it has a history.</summary>
    private void Free(int tile)
    {
        if (IsPending(tile) && !IsFree(tile) && !_leases.ContainsKey(tile) && !_suspects.ContainsKey(tile))
        {
            int slot = Slot(tile);
            _free[slot >> 6] |= 1UL << (slot & 63);
            FreeCount++;
            _cursor = Math.Min(_cursor, slot);
        }
    }

    private void Clear(ulong[] bits, int tile)
    {
        int slot = Slot(tile);
        if (Has(bits, slot))
        {
            bits[slot >> 6] &= ~(1UL << (slot & 63));
        }
    }

    private static bool Has(ulong[] bits, int slot) => slot >= 0 && slot >> 6 < bits.Length && (bits[slot >> 6] >> (slot & 63) & 1) != 0;

    private static int Count(ulong[] bits)
    {
        int count = 0;
        foreach (ulong word in bits)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
