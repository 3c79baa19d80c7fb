namespace CellVitCluster.Inference.Batching;

/// <summary>
/// Runs work in batches and halves them when the device's memory does not suffice: another program may have taken some of it since the
/// size was chosen. A size that failed is not tried again. To be called by one thread at a time.
/// </summary>
/// <param name="size">Items in the first batches, 1 or more.</param>
public sealed class ShrinkingBatches(int size)
{
    /// <summary>Items per batch now.</summary>
    public int Size { get; private set; } = Math.Max(1, size);

    /// <summary>Runs all items.</summary>
    /// <param name="items">Items, in order.</param>
    /// <param name="run">Runs one batch.</param>
    /// <returns>What <paramref name="run"/> gave for each batch, in order.</returns>
    /// <exception cref="Exception">What <paramref name="run"/> throws, lack of memory for a single item included. Results of earlier batches are disposed of.</exception>
    public IReadOnlyList<TResult> Run<TItem, TResult>(IReadOnlyList<TItem> items, Func<IReadOnlyList<TItem>, TResult> run)
        where TResult : IDisposable
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(run);
        var results = new List<TResult>();
        try
        {
            for (int done = 0; done < items.Count;)
            {
                int count = Math.Min(Size, items.Count - done);
                try
                {
                    results.Add(run([.. items.Skip(done).Take(count)]));
                    done += count;
                }
                catch (Exception exception) when (count > 1 && OutOfMemory.Is(exception))
                {
                    Size = count / 2;
                }
            }
        }
        catch
        {
            foreach (TResult result in results)
            {
                result.Dispose();
            }

            throw;
        }

        return results;
    }
}
