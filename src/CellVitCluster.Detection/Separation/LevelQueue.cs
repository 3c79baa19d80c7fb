using System.Numerics;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Pixels ordered by height, then by the order in which they came. Entries lie in levels of equal width between −1 and 1, each a short sorted list
/// (what lies outside goes into the outermost levels), and two layers of bits say which levels are in use: adding and taking cost a few
/// steps, where a heap costs as many unpredictable branches as it is deep. Reusable, not thread-safe.
/// </summary>
internal sealed class LevelQueue
{
    private const int Levels = 4096;
    private const int PerWord = 64;
    private const int None = -1;

    private readonly int[] _first = new int[Levels];
    private readonly int[] _last = new int[Levels];
    private readonly ulong[] _used = new ulong[Levels / PerWord];
    private ulong _usedWords;
    private Entry[] _entries = new Entry[1024];
    private int[] _next = new int[1024];
    private int _end;

    /// <summary>Entries waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        Array.Clear(_used);
        _usedWords = 0;
        _end = 0;
        Count = 0;
    }

    /// <summary>Adds a pixel; of equal heights it comes after those that are there.</summary>
    /// <param name="height">A number.</param>
    /// <param name="age">Rises from call to call.</param>
    /// <param name="pixel">Index of the pixel.</param>
    public void Push(double height, int age, int pixel)
    {
        if (_end == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _end);
            Array.Resize(ref _next, 2 * _end);
        }

        int added = _end++;
        _entries[added] = new Entry(height, age, pixel);
        Count++;
        int level = Math.Clamp((int)((height + 1) * (Levels / 2)), 0, Levels - 1);
        ref ulong word = ref _used[level / PerWord];
        ulong bit = 1UL << (level % PerWord);
        if ((word & bit) == 0)
        {
            word |= bit;
            _usedWords |= 1UL << (level / PerWord);
            _first[level] = _last[level] = added;
            _next[added] = None;
        }
        else if (_entries[_last[level]].Height <= height)
        {
            _next[_last[level]] = added;
            _last[level] = added;
            _next[added] = None;
        }
        else
        {
            Insert(ref _first[level], added, height);
        }
    }

    /// <summary>Takes the lowest pixel; the queue must not be empty.</summary>
    public Entry Pop()
    {
        int wordIndex = BitOperations.TrailingZeroCount(_usedWords);
        ref ulong word = ref _used[wordIndex];
        int level = (wordIndex * PerWord) + BitOperations.TrailingZeroCount(word);
        int taken = _first[level];
        int next = _next[taken];
        _first[level] = next;
        if (next == None)
        {
            word &= word - 1;
            _usedWords = word == 0 ? _usedWords & (_usedWords - 1) : _usedWords;
        }

        Count--;
        return _entries[taken];
    }

    /// <summary>Before the first entry that is higher; there is one.</summary>
    private void Insert(ref int first, int added, double height)
    {
        if (_entries[first].Height > height)
        {
            _next[added] = first;
            first = added;
            return;
        }

        int before = first;
        while (_entries[_next[before]].Height <= height)
        {
            before = _next[before];
        }

        _next[added] = _next[before];
        _next[before] = added;
    }

    /// <summary>A pixel in the queue.</summary>
    /// <param name="Height">Height of the landscape there.</param>
    /// <param name="Age">Number of pixels labeled before it.</param>
    /// <param name="Pixel">Index of the pixel.</param>
    internal readonly record struct Entry(double Height, int Age, int Pixel);
}
