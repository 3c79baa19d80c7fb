using System.Runtime.InteropServices;
using CellVitCluster.Inference.Batching;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>Lack of memory costs batch size, not tiles.</summary>
public sealed class ShrinkingBatchesTests
{
    private readonly List<int> _tried = [];

    [Fact]
    public void Batches_are_halved_until_they_fit_and_stay_so()
    {
        var batches = new ShrinkingBatches(8);

        IReadOnlyList<Result> first = batches.Run([.. Enumerable.Range(0, 8)], items => Fits(items, limit: 3));
        IReadOnlyList<Result> second = batches.Run([.. Enumerable.Range(8, 3)], items => Fits(items, limit: 3));

        first.Concat(second).SelectMany(r => r.Items).ShouldBe(Enumerable.Range(0, 11));
        batches.Size.ShouldBe(2);
        _tried.ShouldBe([8, 4, 2, 2, 2, 2, 2, 1]);
    }

    [Fact]
    public void A_single_item_that_does_not_fit_is_the_callers()
    {
        var batches = new ShrinkingBatches(2);

        Should.Throw<ExternalException>(() => batches.Run([1, 2], items => Fits(items, limit: 0)));

        _tried.ShouldBe([2, 1]);
    }

    [Fact]
    public void Results_before_a_failure_are_disposed_of()
    {
        var made = new List<Result>();
        var batches = new ShrinkingBatches(1);

        Should.Throw<InvalidOperationException>(() => batches.Run([1, 2], items =>
        {
            made.Add(items[0] == 1 ? Fits(items, limit: 1) : throw new InvalidOperationException());
            return made[^1];
        }));

        made.Count.ShouldBe(1);
        made[0].Disposed.ShouldBeTrue();
        batches.Size.ShouldBe(1);
    }

    private Result Fits(IReadOnlyList<int> items, int limit)
    {
        _tried.Add(items.Count);
        if (items.Count > limit)
        {
            // The library's own report: no machine has a pebibyte.
            using Tensor impossible = empty(1L << 50, ScalarType.Byte);
        }

        return new Result(items);
    }

    private sealed class Result(IReadOnlyList<int> items) : IDisposable
    {
        public IReadOnlyList<int> Items { get; } = items;

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
