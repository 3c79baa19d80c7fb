namespace CellVitCluster.Detection.Classes;

/// <summary>Outcome of the vote of a nucleus' pixels on its class (spec/inference.md §10.2).</summary>
/// <param name="Class">Class id; 0 (background) only when every pixel voted for it.</param>
/// <param name="Count">Pixels that voted for it.</param>
public readonly record struct ClassVote(byte Class, int Count)
{
    /// <summary>
    /// The class with the most pixels, the smaller id on a tie; background yields to the runner-up if any pixel says something else.
    /// </summary>
    /// <param name="histogram">Pixels per class id; at most 256 entries.</param>
    public static ClassVote Of(ReadOnlySpan<int> histogram)
    {
        int winner = 0;
        for (int id = 1; id < histogram.Length; id++)
        {
            if (histogram[id] > 0 && (winner == 0 || histogram[id] > histogram[winner]))
            {
                winner = id;
            }
        }

        return histogram.IsEmpty ? default : new ClassVote((byte)winner, histogram[winner]);
    }
}
