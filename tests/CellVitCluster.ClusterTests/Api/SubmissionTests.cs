using System.Net;
using System.Text.Json;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>Submitting batches over HTTP to a stand-in for the coordinator that can be made to lose answers.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CoordinatorScript _script = new();

    [Fact]
    public async Task Accepted_batch_has_an_address_and_its_slides_in_their_order()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        BatchRequest request = Cohort(700) with { Label = "cohort", Submitter = "ann", Priority = "urgent", Output = "study" };

        HttpResponseMessage response = await service.SubmitAsync(request);
        JsonElement batch = await Task.FromResult(response).ReadAsync(HttpStatusCode.Created);

        string id = batch.Text("id");
        BatchKey.IsBatchId(id).ShouldBeTrue();
        response.Headers.Location!.OriginalString.ShouldBe($"/api/batches/{id}");
        batch.Text("priority").ShouldBe("urgent");
        batch.Text("output").ShouldBe(_folder.File("stores", "study"));
        batch.GetProperty("complete").GetBoolean().ShouldBeTrue();
        (OpenBatch opening, List<BatchSlide> slides) = _script.Batches[id];
        opening.Submitter.ShouldBe("ann");
        slides.Select(s => s.Path).ShouldBe(request.Slides!.Select(s => s.Path!));
        _script.Commands.OfType<AddSlides>().Count().ShouldBe(3);
        JsonElement page = await service.Client.GetAsync($"/api/batches/{id}/slides?from=100&take=500").ReadAsync();
        page.GetProperty("slides").GetArrayLength().ShouldBe(500);
        page.Number("next").ShouldBe(600);
    }

    [Fact]
    public async Task Repeated_key_is_the_same_batch_and_other_content_is_refused()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);

        JsonElement first = await service.SubmitAsync(Cohort(3), "k").ReadAsync(HttpStatusCode.Created);
        JsonElement second = await service.SubmitAsync(Cohort(3), "k").ReadAsync();
        ProblemDocument other = await service.SubmitAsync(Cohort(4), "k").ReadProblemAsync(HttpStatusCode.Conflict);
        JsonElement another = await service.SubmitAsync(Cohort(3), "l").ReadAsync(HttpStatusCode.Created);
        JsonElement keyless = await service.SubmitAsync(Cohort(3)).ReadAsync(HttpStatusCode.Created);

        second.Text("id").ShouldBe(first.Text("id"));
        other.Code.ShouldBe("RUN-005");
        new[] { first.Text("id"), another.Text("id"), keyless.Text("id") }.ShouldBeUnique();
        _script.Batches[first.Text("id")].Slides.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Concurrent_repetitions_of_five_thousand_slides_lose_and_double_nothing()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        BatchRequest request = Cohort(5000);

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.SubmitAsync(request, "k")));

        responses.Count(r => r.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        responses.ShouldAllBe(r => r.IsSuccessStatusCode);
        _script.Batches.ShouldHaveSingleItem().Value.Slides.Select(s => s.Path).ShouldBe(request.Slides!.Select(s => s.Path!));
    }

    [Fact]
    public async Task Coordinator_that_moves_in_the_middle_is_asked_again()
    {
        _script.LosesAnswer = (number, _) => number is 1 or 3 or 6;
        await using TestService service = await TestService.StartAsync(_folder, _script, options => options with { AskTimeout = TimeSpan.FromMilliseconds(200) });
        BatchRequest request = Cohort(1000);

        HttpResponseMessage response = await service.SubmitAsync(request, "k");

        response.IsSuccessStatusCode.ShouldBeTrue();
        _script.Batches.ShouldHaveSingleItem().Value.Slides.Select(s => s.Path).ShouldBe(request.Slides!.Select(s => s.Path!));
    }

    [Fact]
    public async Task Silent_coordinator_is_a_503_and_the_repeated_request_goes_on_where_it_broke_off()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script, options => options with
        {
            AskTimeout = TimeSpan.FromMilliseconds(100),
            CommandPatience = TimeSpan.FromSeconds(2),
        });
        BatchRequest request = Cohort(1000);
        _script.LosesAnswer = (_, message) => message is AddSlides { From: > 0 };

        HttpResponseMessage silent = await service.SubmitAsync(request, "k");
        silent.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await Task.FromResult(silent).ReadProblemAsync(HttpStatusCode.ServiceUnavailable)).Code.ShouldBe("API-001");

        _script.LosesAnswer = (_, _) => false;
        await service.SubmitAsync(request, "k").ReadAsync();

        _script.Batches.ShouldHaveSingleItem().Value.Slides.Select(s => s.Path).ShouldBe(request.Slides!.Select(s => s.Path!));
    }

    [Fact]
    public async Task Delivery_is_not_continued_with_the_slides_of_a_folder_that_has_changed()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script, options => options with
        {
            AskTimeout = TimeSpan.FromMilliseconds(100),
            CommandPatience = TimeSpan.FromSeconds(2),
        });
        await File.WriteAllTextAsync(_folder.File("slides", "b.svs"), string.Empty);
        await File.WriteAllTextAsync(_folder.File("slides", "c.svs"), string.Empty);
        var request = new BatchRequest { Paths = [_folder.File("slides")] };
        _script.LosesAnswer = (_, message) => message is OpenBatch;
        await service.SubmitAsync(request, "k").ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        _script.LosesAnswer = (_, _) => false;
        await File.WriteAllTextAsync(_folder.File("slides", "a.svs"), string.Empty);

        (await service.SubmitAsync(request, "k").ReadProblemAsync(HttpStatusCode.Conflict)).Code.ShouldBe("RUN-005");

        File.Delete(_folder.File("slides", "a.svs"));
        await service.SubmitAsync(request, "k").ReadAsync();
        await File.WriteAllTextAsync(_folder.File("slides", "a.svs"), string.Empty);
        (await service.SubmitAsync(request, "k").ReadAsync()).Number("slides").ShouldBe(2, "a batch that was accepted does not grow");
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        var request = new BatchRequest
        {
            Slides =
            [
                new SlideRequest { Path = "/x.svs", Mpp = -1, Name = "../up" },
                new SlideRequest(),
                new SlideRequest { Path = "/y.svs", Name = "one" },
                new SlideRequest { Path = "/z.svs", Name = "ONE" },
            ],
            Priority = "soon",
            Placements = 3,
            Compat = "strict",
            Label = "two\nlines",
        };

        ProblemDocument problem = await service.SubmitAsync(request).ReadProblemAsync(HttpStatusCode.BadRequest);

        problem.Code.ShouldBe("CFG-001");
        problem.Faults!.Select(f => f.Field).ShouldBe(
            ["slides[0].mpp", "slides[0].name", "slides[1]", "slides[3].name", "label", "priority", "compat", "placements"]);
        _script.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task Faults_of_paths_and_models_are_said_at_once_and_nothing_is_submitted()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        var request = new BatchRequest
        {
            Slides = [new SlideRequest { Path = "/etc/passwd" }, new SlideRequest { Path = _folder.File("slides", "ok.svs") }],
            Paths = [_folder.File("slides", "..", "stores"), _folder.File("slides", "nothing.csv")],
            Output = "../slides",
            Roi = _folder.File("journal.db"),
            Classifiers = ["/etc/x.pth"],
        };

        ProblemDocument problem = await service.SubmitAsync(request).ReadProblemAsync(HttpStatusCode.Forbidden);

        problem.Faults!.Select(f => (f.Field, f.Code)).ShouldBe(
        [
            ("slides[0].path", "CFG-002"), ("paths[0]", "CFG-002"), ("paths[1]", "SLD-009"), ("output", "CFG-002"), ("roi", "CFG-002"), ("classifiers[0]", "CFG-002"),
        ]);
        _script.Commands.ShouldBeEmpty();
        (await service.SubmitAsync(Cohort(1) with { Model = "other" }).ReadProblemAsync(HttpStatusCode.BadRequest)).Code.ShouldBe("MDL-001");
    }

    [Fact]
    public async Task Lists_and_folders_cannot_lead_out_of_the_roots()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        await File.WriteAllTextAsync(_folder.File("secret.svs"), string.Empty);
        Directory.CreateDirectory(_folder.File("slides", "linked"));
        File.CreateSymbolicLink(_folder.File("slides", "linked", "innocent.svs"), _folder.File("secret.svs"));
        await File.WriteAllTextAsync(_folder.File("slides", "list.csv"), "path\nok.svs\n../secret.svs\n");

        ProblemDocument folder = await service.SubmitAsync(new BatchRequest { Paths = [_folder.File("slides", "linked")] }).ReadProblemAsync(HttpStatusCode.Forbidden);
        ProblemDocument list = await service.SubmitAsync(new BatchRequest { Paths = [_folder.File("slides", "list.csv")] }).ReadProblemAsync(HttpStatusCode.Forbidden);

        folder.Detail.ShouldNotContain("secret");
        folder.Detail.ShouldNotContain("innocent");
        list.Code.ShouldBe("CFG-002");
        list.Detail.ShouldContain(_folder.File("secret.svs"));
    }

    [Fact]
    public async Task Slides_of_one_name_leave_their_names_to_their_content()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        await File.WriteAllTextAsync(_folder.File("slides", "list.csv"), "path,mpp\none/s.svs,0.25\ntwo/S.svs,\nt.svs,\n");

        JsonElement batch = await service.SubmitAsync(new BatchRequest
        {
            Slides = [new SlideRequest { Path = _folder.File("slides", "u.svs"), Name = "mine" }, new SlideRequest { Path = _folder.File("slides", "t.svs") }],
            Paths = [_folder.File("slides", "list.csv")],
        }).ReadAsync(HttpStatusCode.Created);

        _script.Batches[batch.Text("id")].Slides.Select(s => (Path.GetFileName(s.Path), s.Name, s.Mpp)).ShouldBe(
            [("u.svs", "mine", null), ("t.svs", "t", null), ("s.svs", null, 0.25), ("S.svs", null, null)]);
    }

    [Fact]
    public async Task Body_that_cannot_be_understood_is_refused_with_the_place()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script, options => options with { MaxRequestBytes = 2000 });

        (await service.PostAsync("/api/batches", "{\"slides\": [").ReadProblemAsync(HttpStatusCode.BadRequest)).Code.ShouldBe("CFG-001");
        (await service.PostAsync("/api/batches", "{\"slidez\": []}").ReadProblemAsync(HttpStatusCode.BadRequest)).Why.ShouldContain("slidez");
        (await service.PostAsync("/api/batches", "{\"mpp\": \"a\"}").ReadProblemAsync(HttpStatusCode.BadRequest)).Why.ShouldContain("$.mpp");
        (await service.PostAsync("/api/batches", "null").ReadProblemAsync(HttpStatusCode.BadRequest)).Code.ShouldBe("CFG-001");
        (await service.Client.PostAsync("/api/batches", new StringContent("{}")).ReadProblemAsync(HttpStatusCode.BadRequest)).Why.ShouldContain("text/plain");
        (await service.SubmitAsync(Cohort(1), new string('k', 201)).ReadProblemAsync(HttpStatusCode.BadRequest)).Code.ShouldBe("CFG-001");
        (await service.SubmitAsync(Cohort(100)).ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Code.ShouldBe("API-002");
    }

    [Fact]
    public void Pages_stay_below_the_size_of_a_message_with_long_paths()
    {
        BatchSlide[] slides = [.. Enumerable.Range(0, 600).Select(n => new BatchSlide($"/{new string('ä', 1000)}/{n}.svs", $"{n}", null, null))];

        int from = 0;
        while (from < slides.Length)
        {
            AddSlides page = SlidePages.Next("b", slides, from);
            MessagePack.MessagePackSerializer.Serialize(page).Length.ShouldBeLessThan(64 << 10);
            page.Slides[0].ShouldBe(slides[from]);
            from += page.Slides.Count;
        }

        SlidePages.Next("b", [.. slides.Select(s => s with { Path = "/s" })], 0).Slides.Count.ShouldBe(AddSlides.MaxSlides);
    }

    public void Dispose() => _folder.Dispose();

    private BatchRequest Cohort(int slides) => new()
    {
        Slides = [.. Enumerable.Range(0, slides).Select(n => new SlideRequest { Path = _folder.File("slides", $"s{n}.svs") })],
    };
}
