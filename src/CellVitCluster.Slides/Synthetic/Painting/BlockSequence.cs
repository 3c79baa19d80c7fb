using CellVitCluster.Slides.Synthetic.Files;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>
/// All blocks of a slide, row by row, rendered ahead on all cores. A fixed number of buffers is in use, so memory is bounded by the number
/// of cores. One consumer.
/// </summary>
internal sealed class BlockSequence : IAsyncDisposable
{
    private readonly PyramidShape _shape;
    private readonly CancellationToken _cancellation;
    private readonly Queue<Task<Slot>> _ahead = new();
    private readonly Stack<Slot> _free = new();
    private readonly int _columns;
    private readonly int _total;
    private Slot? _handedOut;
    private int _started;
    private int _finished;

    /// <summary>Prepares the sequence; rendering starts with the first call of <see cref="NextAsync"/>.</summary>
    public BlockSequence(Scene scene, PyramidShape shape, CancellationToken cancellation)
    {
        _shape = shape;
        _cancellation = cancellation;
        _columns = (shape.Width + SlideBlock.Side - 1) / SlideBlock.Side;
        _total = _columns * ((shape.Height + SlideBlock.Side - 1) / SlideBlock.Side);

        // One block per core at work, one more that waits for its turn to be written.
        int slots = Math.Min(_total, Environment.ProcessorCount + 1);
        for (int i = 0; i < slots; i++)
        {
            _free.Push(new Slot(new BlockRenderer(scene, _shape), new SlideBlock()));
        }
    }

    /// <summary>Share of the blocks that were handed out, 0 … 1.</summary>
    public double FinishedShare => (double)_finished / _total;

    /// <summary>Next block, or null after the last. It is valid until the next call.</summary>
    public async ValueTask<SlideBlock?> NextAsync()
    {
        if (_handedOut is not null)
        {
            _free.Push(_handedOut);
            _handedOut = null;
        }

        _cancellation.ThrowIfCancellationRequested();
        while (_started < _total && _free.TryPop(out Slot? slot))
        {
            int index = _started++;
            _ahead.Enqueue(Task.Run(() => Render(slot, index), _cancellation));
        }

        if (_ahead.Count == 0)
        {
            return null;
        }

        _handedOut = await _ahead.Dequeue();
        _finished++;
        return _handedOut.Block;
    }

    /// <summary>Waits for blocks that are still being rendered.</summary>
    public async ValueTask DisposeAsync()
    {
        // Their results and failures no longer matter to anyone.
        await Task.WhenAll(_ahead.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Slot Render(Slot slot, int index)
    {
        slot.Block.MoveTo(index % _columns, index / _columns);
        slot.Renderer.Render(slot.Block);
        return slot;
    }

    private sealed record Slot(BlockRenderer Renderer, SlideBlock Block);
}
