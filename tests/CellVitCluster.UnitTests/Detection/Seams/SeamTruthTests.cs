namespace CellVitCluster.UnitTests.Detection.Seams;

public sealed class SeamTruthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nuclei_on_the_seams_are_found_once_and_whole(bool seesTileOnly)
    {
        SeamView view = seesTileOnly ? SeamView.SeesTileOnly : SeamView.KnowsWholeNucleus;
        var slide = SeamSlide.WithNuclei(3000, seed: 7);

        SeamTally tally = new SeamMeasurement(slide, view).Run();

        string examples = string.Join('\n', tally.Examples);
        tally.Apart.Judged.ShouldBeGreaterThan(2400);
        tally.SeenInParts.ShouldBeGreaterThan(20);
        tally.PartlyHidden.ShouldBeGreaterThan(20);
        tally.Inseparable.ShouldBeLessThan(tally.Nuclei / 20);
        slide.Failed.ShouldNotBeEmpty();
        slide.Plan.Count.ShouldBeLessThan(slide.Grid.TileCount);
        tally.Apart.Doubled.ShouldBe(0, examples);
        tally.Apart.Cut.ShouldBe(0, examples);
        tally.Apart.Incomplete.ShouldBeLessThanOrEqualTo(tally.Apart.Judged / 1000, examples);
        tally.Apart.Merged.ShouldBe(0, examples);
        tally.Apart.Lost.ShouldBeLessThanOrEqualTo(tally.Apart.Judged / 1000, examples);
        tally.Invented.ShouldBe(0);
    }

    [Fact]
    public void Nuclei_apart_keep_apart()
    {
        var slide = new SeamSlide(3, seed: 11);
        var owner = new Dictionary<(int X, int Y), long>();
        List<SeamNucleus> nuclei = [.. slide.Nuclei.Where(nucleus => !nucleus.IsTouching)];
        foreach (SeamNucleus nucleus in nuclei)
        {
            for (int y = nucleus.Box.Top; y < nucleus.Box.Bottom; y++)
            {
                for (int x = nucleus.Box.Left; x < nucleus.Box.Right; x++)
                {
                    if (nucleus.Contains(x, y))
                    {
                        owner.TryAdd((x, y), nucleus.Id).ShouldBeTrue();
                    }
                }
            }
        }

        foreach (((int x, int y), long id) in owner)
        {
            for (int step = 0; step < 24; step++)
            {
                int other = step < 12 ? step : step + 1;
                owner.GetValueOrDefault((x + (other % 5) - 2, y + (other / 5) - 2), id).ShouldBe(id);
            }
        }
    }
}
